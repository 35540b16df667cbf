#!/usr/bin/perl
# The object modules: finds a queue by the key of a path, and prints the key and what is known of the queue.
#   objects.pl PATH PROJECT
use strict;
use warnings;
use IPC::SysV qw(ftok);
use IPC::Msg;

my ($path, $project) = @ARGV;
# The addition makes a number of it: a string of one character would stand for its code.
my $key = ftok($path, 0 + $project) // die "ftok: $!\n";
my $queue = IPC::Msg->new($key, 0) // die "IPC::Msg: $!\n";
my $stat = $queue->stat;
printf "%d %o %d %d %d\n", $key, $stat->mode & 0777, $stat->qbytes, $stat->qnum, $stat->lspid;
