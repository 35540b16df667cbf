# The work of sockets.c in Perl, as the perlipc page does it: with IO::Socket.
#
#   perl sockets.pl <transport>-<work> <count> <bytes> <program at the other end> <directory>
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use Socket qw(IPPROTO_TCP TCP_NODELAY SOCK_DGRAM SOCK_STREAM);
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($name, $count, $bytes, $program, $directory) = @ARGV;
my ($transport, $work) = split /-/, $name;
my %roles = (rt => "echo", send => "sink", receive => "source", visit => "echo");
my $piece = { udp => 1024, dgram => 64 }->{$transport} // 65536;
my ($message, $part) = ("x" x ($work eq "receive" ? 1 : $bytes), "x" x $piece);

my ($other, $said, $where, $theirs);

if ($work ne "alone") {
    my $role = $roles{$work} or die "no case $name\n";
    $other = open($said, "-|", $program, "other-$transport-$role", 0, $bytes, $program, $directory)
        // die "open: $!";
    chomp($where = <$said>);
}

sub alone {
    my %listen = $transport eq "udp" ? () : (Listen => 1);
    my $server = $transport eq "unix"
        ? IO::Socket::UNIX->new(Type => SOCK_STREAM, Local => $where = "$directory/server.$$", %listen)
        : IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => $transport, %listen);
    $server or die "listen: $!";
    $where //= $server->sockport;
    my $ours = connect_there();
    $theirs = $transport eq "udp" ? $server : $server->accept;
    setsockopt($theirs, IPPROTO_TCP, TCP_NODELAY, 1) if $transport eq "tcp";
    connect($theirs, getsockname($ours)) or die "connect: $!" if $transport eq "udp";
    return $ours;
}

sub connect_there {
    my $socket;
    if ($transport eq "unix") {
        $socket = IO::Socket::UNIX->new(Type => SOCK_STREAM, Peer => $where);
    } elsif ($transport eq "dgram") {
        my $path = "$directory/client";
        unlink $path;
        $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => $path, Peer => $where);
    } else {
        $socket = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $where, Proto => $transport);
    }
    $socket or die "connect: $!";
    setsockopt($socket, IPPROTO_TCP, TCP_NODELAY, 1) if $transport eq "tcp";
    return $socket;
}

my $socket = $work eq "visit" ? undef : $work eq "alone" ? alone() : connect_there();

sub read_all {
    for (my $rest = $_[0]; $rest > 0;) {
        my $size = sysread($socket, my $buffer, 65536) or die "read: $!";
        $rest -= $size;
    }
}

my %works = (
    rt      => sub { syswrite($socket, $message) // die "write: $!"; read_all($bytes) },
    receive => sub { syswrite($socket, $message) // die "write: $!"; read_all($bytes) },
    send    => sub {
        for (my $rest = $bytes; $rest > 0;) {
            $rest -= syswrite($socket, $part, $rest < $piece ? $rest : $piece) // die "write: $!";
        }
        read_all(1);
    },
    alone => sub {
        syswrite($socket, $message) // die "write: $!";
        sysread($theirs, my $buffer, 65536) // die "read: $!";
        syswrite($theirs, $buffer) // die "write: $!";
        read_all($bytes);
    },
    visit => sub {
        $socket = connect_there();
        syswrite($socket, $message) // die "write: $!";
        read_all($bytes);
        close($socket);
    },
);

my $run = $works{$work};
$run->() for 1 .. $count;
my $start = clock_gettime(CLOCK_MONOTONIC);
$run->() for 1 .. $count;
printf "%f\n", (clock_gettime(CLOCK_MONOTONIC) - $start) * 1e9 / $count;
kill KILL => $other if $other;
