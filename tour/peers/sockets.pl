#!/usr/bin/perl
# The other end of a socket. tour/peers/sockets.ts does the same where there is no Perl.
#   sockets.pl ask WHERE LINE...    says these lines with a bare LF, then prints what it hears until the end
#   sockets.pl serve WHERE LINE...  says these lines to one client, then prints what it hears until the end
#   sockets.pl time SECONDS         the "time" service, whose clock is wrong by so much, for one client
#   sockets.pl web                  gives back the first line of what it was asked for
#   sockets.pl prompt               prompts without the end of a line, and repeats each line until "bye"
#   sockets.pl udp SECONDS          the "time" service over UDP, deaf to the first question
#   sockets.pl hear                 prints the name of where a datagram came from that says "hello", and answers it
#   sockets.pl names SERVICE PORT PROTOCOL ADDRESS
#   sockets.pl host                 prints the name of this machine
#   sockets.pl take                 takes a descriptor from the socket at 3, and prints the rest of the file behind it
# WHERE is a path, HOST:PORT or, of a server, "-". Servers print the port that the kernel has chosen. Lines that are
# heard are printed with their ends told: "CRLF" or "LF".
use strict;
use warnings;
use IO::Socket::INET;
use IO::Socket::UNIX;
use POSIX ();
use Sys::Hostname ();
$| = 1;

my ($action, @words) = @ARGV;

sub listening {
    my $where = shift // '-';
    return IO::Socket::UNIX->new(Local => $where, Listen => 5) // die "listen: $!\n" if $where =~ m{/};
    my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 5) or die "listen: $@\n";
    print $server->sockport, "\n";
    return $server;
}

sub connected {
    my $where = shift;
    my $socket = $where =~ m{/} ? IO::Socket::UNIX->new(Peer => $where) : IO::Socket::INET->new($where);
    return $socket // die "connect: $!\n";
}

sub udp {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Proto => 'udp') or die "bind: $@\n";
    print $socket->sockport, "\n";
    return $socket;
}

sub talk {
    my ($socket, $end) = (shift, shift);
    print $socket "$_$end" for @words;
    $socket->flush;
    while (defined(my $line = <$socket>)) {
        my $told = $line =~ s/\r\n\z// ? 'CRLF' : $line =~ s/\n\z// ? 'LF' : 'cut off';
        print "$line $told\n";
    }
}

# The seconds since 1900, four bytes.
sub seconds { pack 'N', time + 2208988800 + $words[0] }

my %actions = (
    ask   => sub { talk(connected(shift @words), "\n") },
    serve => sub {
        my $where = shift @words;
        my $server = listening($where);
        print "ready\n" if $where ne '-';
        talk(scalar $server->accept, "\015\012");
    },
    time => sub { my $client = listening()->accept; print $client seconds() },
    web  => sub {
        my $client = listening()->accept;
        my $asked = <$client>;
        while (<$client> =~ /\S/) { }
        print $client "HTTP/1.0 200 OK\015\012\015\012$asked";
    },
    prompt => sub {
        my $client = listening()->accept;
        for (;;) {
            print $client '> ';
            $client->flush;
            my $line = <$client> // last;
            last if $line =~ /^bye/;
            print $client "you said $line";
        }
    },
    udp => sub {
        my $socket = udp();
        $socket->recv(my $lost, 100);
        while (defined $socket->recv(my $question, 100)) { $socket->send(seconds()) }
    },
    hear => sub {
        my $socket = udp();
        my $from = $socket->recv(my $said, 100);
        my ($port, $host) = sockaddr_in($from);
        print "$said from ", inet_ntoa($host), ":$port\n";
        $socket->send('heard');
    },
    names => sub {
        my ($service, $port, $protocol, $address) = @words;
        print join(' ', scalar getservbyname($service, 'tcp'), scalar getservbyport($port, 'tcp'),
            scalar getprotobyname($protocol), scalar gethostbyaddr(inet_aton($address), AF_INET)), "\n";
    },
    host => sub { print Sys::Hostname::hostname(), "\n" },
    take => sub {
        # Perl has no recvmsg, but it has syscall: struct msghdr, with an iovec of one byte and room for one descriptor.
        my ($byte, $control) = (' ', "\0" x 24);
        my $vector = pack 'P Q', $byte, 1;
        my $message = pack 'Q L x4 P Q P Q l x4', 0, 0, $vector, 1, $control, 24, 0;
        my $recvmsg = (POSIX::uname())[4] eq 'x86_64' ? 47 : 212;
        syscall($recvmsg, 3, $message, 0) == 1 or die "recvmsg: $!\n";
        open my $file, '<&=', unpack 'x16 l', $control or die "open: $!\n";
        print <$file>;
    },
);
($actions{$action} // die "no such action: $action\n")->();
