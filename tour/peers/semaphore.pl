#!/usr/bin/perl
# The first semaphore of a set, as Perl uses it: does one thing after another and says so.
#   semaphore.pl KEY (take | give | wait)...     KEY as 0x…; "wait" is for a line on standard input
use strict;
use warnings;
$| = 1;

my ($key, @actions) = @ARGV;
my $set = semget(oct($key), 0, 0) // die "semget: $!\n";

my %operations = (
    take => pack('s!6', 0, 0, 0, 0, 1, 0),    # until it is zero, and then one more, in one step
    give => pack('s!3', 0, -1, 0),
);

for my $action (@actions) {
    if ($action eq 'wait') {
        <STDIN>;
    } else {
        semop($set, $operations{$action}) or die "semop: $!\n";
        print "done: $action\n";
    }
}
