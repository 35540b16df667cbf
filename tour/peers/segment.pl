#!/usr/bin/perl
# A segment of shared memory, as Perl uses it.
#   segment.pl ID read OFFSET LENGTH     prints the text there, without the zeros behind it
#   segment.pl ID increment OFFSET       adds one to the integer there and prints it
use strict;
use warnings;

my ($id, $action, $offset, $length) = @ARGV;

sub fetch {
    my ($count) = @_;
    my $bytes;
    shmread($id, $bytes, $offset, $count) or die "shmread: $!\n";
    return $bytes;
}

if ($action eq 'read') {
    my $bytes = fetch($length);
    $bytes =~ s/\0+\z//;
    print "$bytes\n";
} elsif ($action eq 'increment') {
    my $number = 1 + unpack('l', fetch(4));
    shmwrite($id, pack('l', $number), $offset, 4) or die "shmwrite: $!\n";
    print "$number\n";
} else {
    die "no such action: $action\n";
}
