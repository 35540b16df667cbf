#!/usr/bin/perl
# A message queue, as Perl uses it.
#   queue.pl ID send TYPE TEXT
#   queue.pl ID receive TYPE     prints type and text; -TYPE is the lowest type up to that one
#   queue.pl ID answer TYPE      receives a message of that type and sends its text back, reversed,
#                                as a message of the next type; prints what it got
use strict;
use warnings;

my ($id, $action, $type, $text) = @ARGV;

sub put {
    my ($type, $text) = @_;
    msgsnd($id, pack('l! a*', $type, $text), 0) or die "msgsnd: $!\n";
}

sub take {
    my ($type) = @_;
    my $message;
    msgrcv($id, $message, 8192, $type, 0) or die "msgrcv: $!\n";
    return unpack('l! a*', $message);
}

if ($action eq 'send') {
    put($type, $text);
} elsif ($action eq 'receive') {
    print join(' ', take($type)), "\n";
} elsif ($action eq 'answer') {
    my (undef, $question) = take($type);
    put($type + 1, scalar reverse $question);
    print "$question\n";
} else {
    die "no such action: $action\n";
}
