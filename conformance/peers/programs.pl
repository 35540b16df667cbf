#!/usr/bin/perl
# Commands that the page's programs start, or that machines need not have; programs.ts has the same.
#   programs.pl say CODE WORD...   prints each word on a line, and ends with CODE
#   programs.pl fortune            prints a saying
#   programs.pl netstat            prints some lines, and ends with $CODE
#   programs.pl spool              writes its input to the file $SPOOL, and ends with $CODE
#   programs.pl deaf               reads nothing, and ends with $CODE
#   programs.pl endless            prints for ever
#   programs.pl words WORD...      prints its arguments, each on a line
#   programs.pl number             numbers its input, line by line
#   programs.pl answer             answers each line, and complains about each
#   programs.pl count              counts the bytes of its input
#   programs.pl flood              prints a mebibyte before it reads anything, then counts
#   programs.pl both               prints a line, an error, and what is at descriptor 5, if anything is
#   programs.pl late               prints its number into the FIFO $MEET, once somebody reads there
#   programs.pl last               reads a line, says that it ends, and ends with 3
#   programs.pl who                prints its users and groups, real and effective
use v5.36;
$| = 1;

my ($action, @words) = @ARGV;

sub count { my $bytes = do { local $/; <STDIN> } // ''; say length $bytes }

my %actions = (
    say     => sub { my $code = shift @words; say for @words; exit $code },
    fortune => sub { say 'Look before you leap.' },
    netstat => sub { say for 'Active', 'tcp 1', 'unix 2', 'udp 3'; exit($ENV{CODE} // 0) },
    spool   => sub {
        open my $file, '>', $ENV{SPOOL} or die "open: $!\n";
        print $file $_ while <STDIN>;
        close $file;
        exit($ENV{CODE} // 0);
    },
    deaf    => sub { close STDIN; say 'deaf'; exit($ENV{CODE} // 0) },
    endless => sub { say 'more' while 1 },
    words   => sub { say for @words },
    number  => sub { printf "%6d\t%s", $., $_ while <STDIN> },
    answer  => sub { while (<STDIN>) { print "you said $_"; say STDERR 'again?' } },
    count   => \&count,
    flood   => sub { print 'x' x 1023, "\n" for 1 .. 1024; count() },
    both    => sub {
        say 'output';
        say STDERR 'error';
        open my $file, '<&=', 5 or exit;
        print <$file>;
    },
    late    => sub {
        open my $meeting, '>', $ENV{MEET} or die "open: $!\n";
        say $meeting $$;
    },
    last    => sub { <STDIN>; say 'it ends'; exit 3 },
    who     => sub { say join ' ', $< + 0, $> + 0, $( + 0, $) + 0 },
);
($actions{$action} // die "no such action: $action\n")->();
