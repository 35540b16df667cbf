#!/usr/bin/perl
# Starts other programs, as Perl does it; starters.ts does some of it by this library.
#   starters.pl both FILE COMMAND...   output and errors in one, and the file at descriptor 5
#   starters.pl swapped COMMAND...     output and errors exchanged
#   starters.pl early COMMAND...       reads three lines of many, and tells how it has ended
#   starters.pl broken COMMAND...      writes to what does not read, and tells the error and how it has ended
#   starters.pl killed COMMAND...      the same, without a thought of SIGPIPE
#   starters.pl user UID GID COMMAND...  as somebody else
#   starters.pl close COMMAND...       writes a line, closes, and tells how it has ended
#   starters.pl leave COMMAND...       writes a line, and leaves the handle's scope
#   starters.pl twice COMMAND...       two that count, of which the first is given an end of file
#   starters.pl inherited              whether a file is closed in a command, and open where it is let in
#   starters.pl open3 COMMAND...       output and errors apart, then in one, then of what is not there
#   starters.pl flood COMMAND...       a mebibyte in both directions at once
#   starters.pl pair COMMAND...        asks twice over a socketpair, and tells how it has ended
use v5.36;
use Errno;
use IO::Handle;
use IPC::Open2;
use IPC::Open3;
use POSIX ();
use Socket;
use Symbol qw(gensym);
$| = 1;

my ($action, @words) = @ARGV;

sub deaf {
    my $pid = open2(my $reader, my $writer, @words);
    <$reader>;    # now it is deaf
    my $error = print($writer 'bang') && $writer->flush ? 'none' : $!{EPIPE} ? 'EPIPE' : "$!";
    waitpid $pid, 0;
    say "$error ", $? >> 8;
}

my %actions = (
    both => sub {
        my $path = shift @words;
        open my $file, '<', $path or die "open: $!\n";
        POSIX::dup2(fileno $file, 5);
        open STDERR, '>&', \*STDOUT or die "dup: $!\n";
        exec @words;
    },
    swapped => sub {
        open my $output, '>&', \*STDOUT or die "dup: $!\n";
        open STDOUT, '>&', \*STDERR or die "dup: $!\n";
        open STDERR, '>&', $output or die "dup: $!\n";
        exec @words;
    },
    early => sub {
        my $pid = open my $reader, '-|', @words or die "open: $!\n";
        print scalar <$reader> for 1 .. 3;
        close $reader;
        say $? == 0 ? 'well' : 'ended', kill(0, $pid) ? ', and there' : ', and gone';
    },
    broken => sub { local $SIG{PIPE} = 'IGNORE'; deaf() },
    killed => \&deaf,
    user   => sub {
        my ($uid, $gid) = splice @words, 0, 2;
        $) = "$gid $gid";
        POSIX::setgid($gid);
        POSIX::setuid($uid);
        exec @words;
    },
    close => sub {
        open my $writer, '|-', @words or die "open: $!\n";
        say 'closing';
        close $writer;
        say 'closed ', $? >> 8;
    },
    leave => sub {
        {
            open my $writer, '|-', @words or die "open: $!\n";
            say 'leaving';
        }
        say 'left';
    },
    twice => sub {
        my ($first, $second) = map {
            my $pid = open2(my $reader, my $writer, @words);
            +{ pid => $pid, r => $reader, w => $writer };
        } 1, 2;
        print { $first->{w} } 'ended';
        close $first->{w};
        print readline $first->{r};
        say waitpid($second->{pid}, POSIX::WNOHANG) == 0 ? 'still there' : 'gone';
    },
    inherited => sub {
        open my $closed, '<', '/dev/null' or die "open: $!\n";
        $^F = 100;
        open my $open, '<', '/dev/null' or die "open: $!\n";
        say join ' ', map { system 'test', '-e', '/proc/self/fd/' . fileno $_; $? >> 8 } $closed, $open;
    },
    open3 => sub {
        my $pid = open3(my $writer, my $reader, my $errors = gensym, @words);
        print $writer "hello\n";
        close $writer;
        print 'out: ', <$reader>, 'err: ', <$errors>;
        waitpid $pid, 0;
        $pid = open3($writer, $reader, undef, @words);
        print $writer "hello\n";
        close $writer;
        print <$reader>;
        waitpid $pid, 0;
        say eval { open3($writer, $reader, undef, 'bogus'); 1 } ? 'started' : $@ =~ /No such file/ ? 'ENOENT' : $@;
    },
    flood => sub {
        my $pid = open2(my $reader, my $writer, @words);
        my $kid = fork // die "fork: $!\n";
        if ($kid == 0) {
            close $reader;
            print $writer 'y' x 1048576;
            close $writer;
            POSIX::_exit(0);
        }
        close $writer;
        my ($bytes, $last) = 0;
        while (<$reader>) { $bytes += length; $last = $_ }
        waitpid $_, 0 for $kid, $pid;
        print $bytes - length $last, ' ', $last;
    },
    pair => sub {
        socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die "socketpair: $!\n";
        my $pid = fork // die "fork: $!\n";
        if ($pid == 0) {
            open STDIN,  '<&', $theirs or die "dup: $!\n";
            open STDOUT, '>&', $theirs or die "dup: $!\n";
            exec @words;
        }
        close $theirs;
        $ours->autoflush(1);
        for (qw(hello again)) { say $ours $_; print scalar <$ours> }
        shutdown $ours, 1;
        say defined <$ours> ? 'more' : 'end';
        waitpid $pid, 0;
        say $? >> 8;
    },
);
($actions{$action} // die "no such action: $action\n")->();
