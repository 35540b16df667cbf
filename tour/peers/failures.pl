#!/usr/bin/perl
# Does what cannot be done, and prints by what name each call says so.
#   failures.pl KEY-OF-NOTHING KEY-OF-A-QUEUE     as 0x…
use strict;
use warnings;
use Errno;
use IPC::SysV qw(IPC_CREAT IPC_EXCL IPC_NOWAIT);

my ($nothing, $taken) = map { oct } @ARGV;

sub name {
    my ($result) = @_;
    return 'no error' if $result;
    my ($name) = grep { $!{$_} } sort keys %!;
    return $name;
}

my $queue = msgget($taken, 0) // die "msgget: $!\n";
my $message;
print join(' ',
    name(msgget($nothing, 0)),
    name(msgget($taken, IPC_CREAT | IPC_EXCL)),
    name(msgrcv($queue, $message, 3, 0, 0)),
    name(msgrcv($queue, $message, 60, 99, IPC_NOWAIT)),
), "\n";
