# The work of terminal.c with Expect.pm.
#
#   perl terminal.pl <case> <count> <bytes>
use strict;
use warnings;
use Expect;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, $bytes) = @ARGV;
my $line = ('x' x ($bytes - 1)) . "\n";

my %cases = (
    trip => sub {
        my $cat = Expect->new;
        $cat->raw_pty(1);
        $cat->log_stdout(0);
        $cat->spawn('cat') or die "spawn: $!\n";
        return sub {
            for (1 .. $_[0]) {
                $cat->send($line);
                defined $cat->expect(10, $line) or die "no echo\n";
            }
        };
    },
    spawn => sub {
        return sub {
            for (1 .. $_[0]) {
                my $child = Expect->new;
                $child->log_stdout(0);
                $child->spawn('echo', 'ready') or die "spawn: $!\n";
                defined $child->expect(10, 'ready') or die "no answer\n";
                $child->expect(10, [eof => sub { }]); # which reaps it, too
            }
        };
    },
);

my $open = $cases{ $name // '' } or die "usage: terminal.pl <case> <count> <bytes>\n";
my $run = $open->();
$run->($count);
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->($count);
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
