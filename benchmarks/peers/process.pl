# The work of process.c in Perl, as the perlipc page does it.
#
#   perl process.pl <case> <count> <bytes> <command> [<argument>…]
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, $bytes, @command) = @ARGV;

my %cases = (
    spawn => sub {
        my $held = "x" x $bytes;
        return sub { wait_for(start()) for 1 .. $_[0] };
    },
    together => sub {
        return sub {
            for (1 .. $_[0]) { wait_for($_) for map { start() } 1 .. $bytes }
        };
    },
    fork => sub {
        require POSIX;
        return sub {
            for (1 .. $_[0]) {
                my $pid = fork // die "fork: $!";
                POSIX::_exit(0) if $pid == 0;
                wait_for($pid);
            }
        };
    },
    read => sub {
        return sub {
            for (1 .. $_[0]) {
                my $total = 0;
                open(my $output, "-|", @command) or die "open: $!";
                while (my $size = sysread($output, my $buffer, 65536)) { $total += $size }
                finish($output, $total);
            }
        };
    },
    capture => sub {
        return sub {
            for (1 .. $_[0]) {
                open(my $output, "-|", @command) or die "open: $!";
                local $/;
                my $all = <$output>;
                finish($output, length $all);
            }
        };
    },
);

sub start {
    my $pid = fork // die "fork: $!";
    return $pid if $pid;
    exec { $command[0] } @command or die "exec: $!";
}

sub wait_for { waitpid($_[0], 0) == $_[0] && $? == 0 or die "the child: $?" }

sub finish {
    my ($output, $size) = @_;
    close($output) or die "the child: $?";
    $size == $bytes or die "the size: $size";
}

my $open = $cases{ $name // "" }
    or die "usage: process.pl <case> <count> <bytes> <command> [<argument>…]\n";
my $run = $open->();
$run->($count);
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->($count);
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
