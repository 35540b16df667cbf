# The work of signals.c in Perl, as the perlipc page does it.
#
#   perl signals.pl <case> <count> <signal> <program at the other end>
use strict;
use warnings;
use POSIX ();
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, undef, $program) = @ARGV;
my $came = 0;
my $none = POSIX::SigSet->new;

my %cases = (
    handle => sub {
        $SIG{USR2} = sub { $came = 1 };
        my $wanted = POSIX::SigSet->new(POSIX::SIGUSR2);
        POSIX::sigprocmask(POSIX::SIG_BLOCK, $wanted) or die "sigprocmask: $!";
        my $other = fork // die "fork: $!";
        if ($other == 0) { exec $program, "echo" or die "exec: $!" }
        await();
        return sub {
            for (1 .. $_[0]) {
                kill USR2 => $other or die "kill: $!";
                await();
            }
        };
    },
    raise => sub {
        $SIG{USR2} = sub { $came = 1 };
        return sub {
            for (1 .. $_[0]) {
                kill USR2 => $$ or die "kill: $!";
                $came or die "the signal";
                $came = 0;
            }
        };
    },
);

# Only here the signal is not blocked, so that it cannot come between the question and the wait.
sub await {
    POSIX::sigsuspend($none) until $came;
    $came = 0;
}

my $open = $cases{ $name // "" }
    or die "usage: signals.pl <case> <count> <signal> <program at the other end>\n";
my $run = $open->();
$run->($count);
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->($count);
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
