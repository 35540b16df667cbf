# The work of growth.c in Perl, as the perlipc page does it: select for many pipes, a pair of Unix sockets.
#
#   perl growth.pl <case> <count> <bytes> <key> <directory>
use strict;
use warnings;
use IO::Select;
use Socket qw(AF_UNIX SOCK_STREAM PF_UNSPEC);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, $bytes) = @ARGV;
my $text = "x" x $bytes;

# Which one is next, as in growth.c.
my $number = 1;
sub next_one { ($number = $number * 75 % 65537) % $bytes }

# Each case opens what it needs and returns its loop.
my %cases = (
    waiting => sub {
        my ($select, @writers) = IO::Select->new;
        for (1 .. $bytes) {
            pipe(my $reader, my $writer) or die "pipe: $!";
            $select->add($reader);
            push @writers, $writer;
        }
        return sub {
            for (1 .. $_[0]) {
                syswrite($writers[next_one()], "x") // die "write: $!";
                my ($ready) = $select->can_read;
                sysread($ready, my $buffer, 1) or die "read: $!";
            }
        };
    },
    pipe => sub {
        pipe(my $reader, my $writer) or die "pipe: $!";
        return through($writer, $reader);
    },
    socket => sub {
        socketpair(my $reader, my $writer, AF_UNIX, SOCK_STREAM, PF_UNSPEC) or die "socketpair: $!";
        return through($writer, $reader);
    },
);

sub through {
    my ($writer, $reader) = @_;
    return sub {
        for (1 .. $_[0]) {
            syswrite($writer, $text) == $bytes or die "write: $!";
            for (my $rest = $bytes; $rest > 0;) {
                $rest -= sysread($reader, my $buffer, 65536) || die "read: $!";
            }
        }
    };
}

my $run = $cases{$name}->();
$run->($count);
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->($count);
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
