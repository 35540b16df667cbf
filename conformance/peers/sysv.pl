#!/usr/bin/perl
# System V, as Perl does it, where the tour's peers do not.
#   sysv.pl write ID TEXT LENGTH    writes into a segment
#   sysv.pl bytes ID LENGTH         prints what is in it, in hexadecimal
#   sysv.pl add ID NUMBER           adds to the integer there
#   sysv.pl segment KEY             makes a segment of 100 bytes under a key, with the mode 640; prints its id
#   sysv.pl queue PATH PROJECT      makes a queue by ftok with one message in it, and changes its mode and size
#   sysv.pl send ID TYPE TEXT ...   sends messages
#   sysv.pl receive ID TYPE...      receives messages, prints type and text of each; -TYPE is the lowest up to that
use v5.36;
use IPC::Msg;
use IPC::SharedMem;
use IPC::SysV qw(IPC_CREAT IPC_EXCL ftok);

my ($action, @words) = @ARGV;

my %actions = (
    write => sub ($id, $text, $length) { shmwrite $id, $text, 0, $length or die "shmwrite: $!\n" },
    bytes => sub ($id, $length) {
        shmread $id, my $bytes, 0, $length or die "shmread: $!\n";
        say unpack 'H*', $bytes;
    },
    add => sub ($id, $number) {
        shmread $id, my $bytes, 0, 4 or die "shmread: $!\n";
        shmwrite $id, pack('l', $number + unpack 'l', $bytes), 0, 4 or die "shmwrite: $!\n";
    },
    segment => sub ($key) {
        my $segment = IPC::SharedMem->new($key, 100, IPC_CREAT | IPC_EXCL | 0640) or die "shmget: $!\n";
        say $segment->id;
    },
    queue => sub ($path, $project) {
        my $queue = IPC::Msg->new(ftok($path, 0 + $project), IPC_CREAT | IPC_EXCL | 0600)
            or die "msgget: $!\n";
        $queue->snd(1, 'counted') or die "msgsnd: $!\n";
        $queue->set(mode => 0640, qbytes => 4096) or die "msgctl: $!\n";
        say $$;
    },
    send => sub ($id, @messages) {
        while (my ($type, $text) = splice @messages, 0, 2) {
            msgsnd $id, pack('l! a*', $type, $text), 0 or die "msgsnd: $!\n";
        }
    },
    receive => sub ($id, @types) {
        for my $type (@types) {
            msgrcv $id, my $message, 100, $type, 0 or die "msgrcv: $!\n";
            say join ' ', unpack 'l! a*', $message;
        }
    },
);
($actions{$action} // die "no such action: $action\n")->(@words);
