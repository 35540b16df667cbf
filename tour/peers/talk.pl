#!/usr/bin/perl
# The other end of a pipe. tour/peers/talk.sh does the same where there is no Perl.
#   talk.pl say CODE WORD...   prints each word on a line and ends with CODE
#   talk.pl endless            prints lines for ever
#   talk.pl answer             answers every line, and complains about each as well
#   talk.pl count              counts the bytes that it reads
#   talk.pl flood              prints a mebibyte before it reads anything, then counts as well
#   talk.pl both               prints a line as output and one as an error, and the line at descriptor 5
#   talk.pl stubborn           ignores SIGTERM, says so, and sleeps for ever
#   talk.pl die SIGNAL         kills itself
#   talk.pl group              waits for a line, then prints its process number and process group
use strict;
use warnings;
$| = 1;

my ($action, @words) = @ARGV;

sub count {
    my $bytes = do { local $/; <STDIN> } // '';
    printf "%d\n", length $bytes;
}

my %actions = (
    say      => sub { my $code = shift @words; print "$_\n" for @words; exit $code },
    endless  => sub { print "more\n" while 1 },
    answer   => sub { while (<STDIN>) { print "you said $_"; print STDERR "again?\n" } },
    count    => \&count,
    flood    => sub { print 'x' x 1024, "\n" for 1 .. 1024; count() },
    both     => sub {
        print "output\n";
        print STDERR "error\n";
        open my $file, '<&=', 5 or die "open: $!\n";
        print <$file>;
    },
    stubborn => sub { $SIG{TERM} = 'IGNORE'; print "try me\n"; sleep },
    die      => sub { kill $words[0], $$; sleep },
    group    => sub { <STDIN>; printf "%d %d\n", $$, getpgrp },
);
($actions{$action} // die "no such action: $action\n")->();
