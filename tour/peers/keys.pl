#!/usr/bin/perl
# Looks for the segment under a key, tries to make another one there, and prints its id, its permissions
# and why there cannot be another.
#   keys.pl KEY     as 0x…
use strict;
use warnings;
use Errno;
use IPC::SysV qw(IPC_CREAT IPC_EXCL IPC_STAT);
use IPC::SharedMem;

my $key = oct shift;
my $segment = IPC::SharedMem->new($key, 0, 0) // die "IPC::SharedMem: $!\n";
my $another = shmget($key, 1, IPC_CREAT | IPC_EXCL | 0600);
my $reason = defined $another ? 'none' : $!{EEXIST} ? 'EEXIST' : "$!";
printf "%d %o %s\n", $segment->id, $segment->stat->mode & 0777, $reason;
