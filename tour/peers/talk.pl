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
#   talk.pl kill PID SIGNAL... sends a process one signal after the other
#   talk.pl ping PID N         sends SIGUSR2 that often, each when the last one was answered by a line
#   talk.pl names              prints the name and number of every signal
#   talk.pl sleep              sleeps for ever
#   talk.pl lock FILE          locks a file, says so, and waits for a line
#   talk.pl look FILE          prints whether it is a FIFO, and its mode
#   talk.pl read FILE          prints what is in it
#   talk.pl write FILE WORD... writes each word into it as a line
use strict;
use warnings;
use Config;
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
    kill     => sub { my $pid = shift @words; kill $_, $pid or die "kill: $!\n" for @words },
    ping     => sub {
        my ($pid, $times) = @words;
        for (1 .. $times) { kill 'USR2', $pid or die "kill: $!\n"; <STDIN> // die "no answer\n" }
        print "$times\n";
    },
    names    => sub {
        my @numbers = split ' ', $Config{sig_num};
        for my $name (split ' ', $Config{sig_name}) {
            my $number = shift @numbers;
            print "$name $number\n" unless $name =~ /^(ZERO|NUM)/;
        }
    },
    sleep    => sub { sleep },
    lock     => sub {
        open my $file, '>>', $words[0] or die "open: $!\n";
        flock $file, 2 or die "flock: $!\n";
        print "locked\n";
        <STDIN>;
    },
    look     => sub { printf "%d %o\n", -p $words[0] ? 1 : 0, (stat _)[2] & 0777 },
    read     => sub { open my $file, '<', $words[0] or die "open: $!\n"; print <$file> },
    write    => sub {
        open my $file, '>', shift @words or die "open: $!\n";
        print $file "$_\n" for @words;
    },
    group    => sub { <STDIN>; printf "%d %d\n", $$, getpgrp },
);
($actions{$action} // die "no such action: $action\n")->();
