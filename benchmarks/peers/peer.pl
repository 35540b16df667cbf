# The work of peer.c in Perl, with its built-in functions, as the perlipc page uses them.
#
#   perl peer.pl <case> <count> <bytes> <key> [<second key>]
use strict;
use warnings;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, $bytes, @keys) = @ARGV;
my $text = "x" x $bytes;

# Each case opens what it needs and returns its loop. The loops call the built-in functions directly: a
# subroutine of our own around each would cost more than some of the system calls. For the same reason
# semaphore operations are packed only once.
my %cases = (
    queue     => sub { exchange(1, 1) },
    ping      => sub { exchange(1, 2) },
    pong      => \&pong,
    semaphore => sub { my $id = open_semaphore($keys[0]); operations([$id, 1], [$id, -1]) },
    give      => sub { operations([open_semaphore($keys[0]), 1], [open_semaphore($keys[1]), -1]) },
    take      => sub { operations([open_semaphore($keys[0]), -1], [open_semaphore($keys[1]), 1]) },
    memory    => \&memory,
    copy      => \&copy,
);

sub exchange {
    my ($sent_type, $received_type) = @_;
    my $id = msgget($keys[0], 0) // die "msgget: $!";
    return sub {
        for (1 .. $_[0]) {
            msgsnd($id, pack("l! a*", $sent_type, $text), 0) or die "msgsnd: $!";
            msgrcv($id, my $message, 8192, $received_type, 0) // die "msgrcv: $!";
            my ($type, $received) = unpack("l! a*", $message);
        }
    };
}

sub pong {
    my $id = msgget($keys[0], 0) // die "msgget: $!";
    return sub {
        for (1 .. $_[0]) {
            msgrcv($id, my $message, 8192, 1, 0) // die "msgrcv: $!";
            my ($type, $received) = unpack("l! a*", $message);
            msgsnd($id, pack("l! a*", 2, $text), 0) or die "msgsnd: $!";
        }
    };
}

sub open_semaphore { semget($_[0], 0, 0) // die "semget: $!" }

sub operations {
    my ($first, $second) = @_;
    my ($id, $other) = ($first->[0], $second->[0]);
    my ($change, $other_change) = map { pack("s!3", 0, $_->[1], 0) } $first, $second;
    return sub {
        for (1 .. $_[0]) {
            semop($id, $change) or die "semop: $!";
            semop($other, $other_change) or die "semop: $!";
        }
    };
}

sub open_memory { shmget($keys[0], 0, 0) // die "shmget: $!" }

sub memory {
    my $id = open_memory();
    return sub {
        for (1 .. $_[0]) {
            shmwrite($id, $text, 0, $bytes) or die "shmwrite: $!";
            shmread($id, my $read, 0, $bytes) or die "shmread: $!";
        }
    };
}

sub copy {
    my $id = open_memory();
    return sub {
        for (1 .. $_[0]) { shmwrite($id, $text, 0, $bytes) or die "shmwrite: $!" }
    };
}

my $open = $cases{ $name // "" }
    or die "usage: peer.pl <case> <count> <bytes> <key> [<second key>]\n";
my $run = $open->();
$run->($count);
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->($count);
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
