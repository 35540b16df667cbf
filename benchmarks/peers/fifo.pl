# The work of fifo.c in Perl, as the perlipc page does it.
#
#   perl fifo.pl <case> <count> <bytes> <program at the other end> <directory>
use strict;
use warnings;
use Fcntl ":flock";
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, $bytes, $program, $directory) = @ARGV;
my ($fifo, $answer) = ("$directory/fifo", "x" x $bytes);

sub start {
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    exec $program, @_, $directory or die "exec: $!";
}

sub wait_for { waitpid($_[0], 0) == $_[0] && $? == 0 or die "the other end: $?" }

my %cases = (
    read => sub {
        for (1 .. $_[0]) {
            my ($writer, $total) = (start("write", 1, $bytes), 0);
            open(my $reader, "<", $fifo) or die "open: $!";
            while (my $size = sysread($reader, my $buffer, 65536)) { $total += $size }
            close($reader);
            wait_for($writer);
            $total == $bytes or die "the size: $total";
        }
    },
    lock => sub {
        open(my $file, "+<", "$directory/file") or die "open: $!";
        for (1 .. $_[0]) {
            flock($file, LOCK_EX | LOCK_NB) or die "flock: $!";
            flock($file, LOCK_UN) or die "flock: $!";
        }
    },
);

if ($name eq "serve") {
    my $server = fork // die "fork: $!";
    if ($server == 0) {
        local $SIG{PIPE} = "IGNORE";
        for (;;) {
            open(my $writer, ">", $fifo) or die "open: $!";
            print $writer $answer;
            close($writer);
        }
    }
    wait_for(start("visit", $count, $bytes));
    kill KILL => $server;
    waitpid($server, 0);
    exit;
}

my $run = $cases{$name} or die "no case $name\n";
$run->($count);
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->($count);
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
