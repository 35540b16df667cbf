#!/usr/bin/perl
# The other end of a socket, as Perl does it. Servers print their port first, or "up".
#   sockets.pl say LINE...              a server that says these lines to one client
#   sockets.pl web COUNT                a server that gives back what it was asked for
#   sockets.pl echo                     a server that prompts, and repeats each line until "bye"
#   sockets.pl time PORT OFFSET...      the "time" service at 127.0.0.1, .2 and so on, whose clocks are wrong by so much
#   sockets.pl udptime PORT OFFSET...   the same over UDP
#   sockets.pl tell PORT LINE...        says these lines, prints what it hears
#   sockets.pl listen                   says when a client has said all, by the Berkeley calls
#   sockets.pl connect PORT TEXT        says something, no more, and prints what it hears, by the same
#   sockets.pl options                  options of sockets, before and after they are set
#   sockets.pl names                    services, protocols and hosts
#   sockets.pl dotted PORT              a line and a message that ends with a dot, by Net::Cmd
#   sockets.pl undotted                 takes them, by Net::Cmd, and prints them
#   sockets.pl forms FORM...            which addresses IO::Socket connects to
#   sockets.pl pieces PORT              a line, a byte, the rest, and who it was
#   sockets.pl hear                     prints a datagram from anywhere
#   sockets.pl broadcast PORT TEXT      sends one to all
#   sockets.pl select                   which of two pipes can be read, at once and within a time
#   sockets.pl give FILE                passes a file over the socket at 3, which is gone by then
#   sockets.pl take                     takes one there, and prints what is left of it
use v5.36;
use Fcntl;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::IP;
use Net::Cmd;
use POSIX ();
use Socket;
$| = 1;

my ($action, @words) = @ARGV;
my $EOL = "\015\012";

sub tcp (%options) {
    my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 5, ReuseAddr => 1, %options)
        or die "listen: $@\n";
    say $server->sockport unless %options;
    return $server;
}

sub reach ($port) { IO::Socket::INET->new("127.0.0.1:$port") or die "connect: $@\n" }
sub now ($offset) { pack 'N', time + 2208988800 + $offset }

sub clocks ($answer, $protocol, @listen) {
    my ($port, @offsets) = @words;
    my ($select, %offset, $host) = IO::Select->new;
    for my $offset (@offsets) {
        my $address = '127.0.0.' . ++$host;
        my $server = IO::Socket::INET->new(
            LocalAddr => $address, LocalPort => $port, Proto => $protocol, ReuseAddr => 1, @listen) or die "bind: $@\n";
        $select->add($server);
        $offset{$server} = $offset;
    }
    say 'up';
    while (my @ready = $select->can_read) { $answer->($_, $offset{$_}) for @ready }
}

# Calls that Perl has no words for: struct msghdr, with an iovec of one byte and room for one descriptor.
sub message ($control) {
    state $byte = ' ';
    state $vector = pack 'P Q', $byte, 1;
    return pack 'Q L x4 P Q P Q l x4', 0, 0, $vector, 1, $control, length $control, 0;
}
my %call = (POSIX::uname())[4] eq 'x86_64' ? (send => 46, receive => 47) : (send => 211, receive => 212);

@Talk::ISA = qw(Net::Cmd IO::Socket::INET);

my %actions = (
    say  => sub { my $client = tcp()->accept; print $client "$_$EOL" for @words },
    web  => sub {
        my $server = tcp();
        for (1 .. $words[0]) {
            my $client = $server->accept;
            my $wanted = <$client>;
            while (<$client> !~ /^\s*$/) { }
            print $client "HTTP/1.0 200 OK$EOL$EOL", "asked by $wanted";
        }
    },
    echo => sub {
        my $client = tcp()->accept;
        $client->autoflush(1);
        while (print $client '? ') {
            my $line = <$client> // last;
            $line =~ s/\s+$//;
            last if $line eq 'bye';
            print $client "you said $line$EOL";
        }
    },
    time => sub {
        clocks(sub ($server, $offset) { my $client = $server->accept; print $client now($offset) }, 'tcp', Listen => 5);
    },
    udptime => sub {
        clocks(sub ($server, $offset) { $server->recv(my $asked, 100); $server->send(now($offset)) }, 'udp');
    },
    tell => sub {
        my $server = reach(shift @words);
        print $server "$_\n" for @words;
        $server->flush;
        print while <$server>;
    },
    listen => sub {
        socket my $server, PF_INET, SOCK_STREAM, getprotobyname 'tcp' or die "socket: $!\n";
        setsockopt $server, SOL_SOCKET, SO_REUSEADDR, pack 'l', 1 or die "setsockopt: $!\n";
        bind $server, sockaddr_in(0, INADDR_LOOPBACK) or die "bind: $!\n";
        listen $server, SOMAXCONN or die "listen: $!\n";
        say +(sockaddr_in getsockname $server)[0];
        accept my $client, $server or die "accept: $!\n";
        my $said = do { local $/; <$client> };
        send $client, 'all of ' . length($said) . " bytes$EOL", 0;
    },
    connect => sub {
        my ($port, $text) = @words;
        socket my $server, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
        connect $server, sockaddr_in($port, INADDR_LOOPBACK) or die "connect: $!\n";
        send $server, $text, 0;
        shutdown $server, 1 or die "shutdown: $!\n";
        print while <$server>;
    },
    options => sub {
        socket my $tcp, PF_INET, SOCK_STREAM, 0 or die "socket: $!\n";
        socket my $udp, PF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
        my $get = sub { unpack 'l', getsockopt $_[0], $_[1], $_[2] };
        my @options = (
            [$tcp, SOL_SOCKET, SO_REUSEADDR], [$tcp, SOL_SOCKET, SO_KEEPALIVE],
            [$tcp, Socket::IPPROTO_TCP, Socket::TCP_NODELAY], [$udp, SOL_SOCKET, SO_BROADCAST],
        );
        for my $option (@options) {
            my $before = $get->(@$option);
            setsockopt $option->[0], $option->[1], $option->[2], 1 or die "setsockopt: $!\n";
            say "$before ", $get->(@$option);
        }
        setsockopt $tcp, SOL_SOCKET, SO_RCVBUF, 10_000;
        say $get->($tcp, SOL_SOCKET, SO_RCVBUF), ' ', $get->($tcp, SOL_SOCKET, SO_TYPE), ' ', $get->($udp, SOL_SOCKET, SO_TYPE);
    },
    names => sub {
        say for scalar getservbyname('daytime', 'tcp'), scalar getservbyname('domain', 'udp'),
            scalar getservbyport(25, 'tcp'), scalar getprotobyname('udp'), scalar getprotobynumber(6),
            inet_ntoa(scalar gethostbyname 'localhost'), scalar gethostbyaddr(INADDR_LOOPBACK, AF_INET),
            getservbyname('no-such-service', 'tcp') // 'unknown';
        my ($error, @found) = Socket::getaddrinfo('::1', 0, { flags => Socket::AI_NUMERICHOST });
        say Socket::inet_ntop(AF_INET6, (Socket::unpack_sockaddr_in6($found[0]{addr}))[1]);
    },
    dotted => sub {
        my $socket = Talk->new(PeerAddr => "127.0.0.1:$words[0]") or die "connect: $@\n";
        $socket->command('RETR', '1');
        $socket->datasend("Dear Sir,\n.\n..\nYours\n");
        $socket->dataend or die "no answer\n";
    },
    undotted => sub {
        my $client = Talk->new_from_fd(tcp()->accept->fileno, 'r+') or die "accept: $!\n";
        print $client->getline;
        print @{ $client->read_until_dot };
        print $client "250 OK$EOL";
        $client->flush;
    },
    forms => sub { say IO::Socket::IP->new($_) ? 'connected' : 'not' for @words },
    pieces => sub {
        my $server = reach($words[0]);
        print scalar <$server>;
        read $server, my $byte, 1;
        say $byte;
        print <$server>;
        say $server->peerhost, ' ', $server->peerport == $words[0] ? 'same' : 'other';
    },
    hear => sub {
        socket my $socket, PF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
        bind $socket, sockaddr_in(0, INADDR_ANY) or die "bind: $!\n";
        say +(sockaddr_in getsockname $socket)[0];
        recv $socket, my $said, 100, 0;
        say $said;
    },
    broadcast => sub {
        my ($port, $text) = @words;
        socket my $socket, PF_INET, SOCK_DGRAM, 0 or die "socket: $!\n";
        my $all = sockaddr_in($port, inet_aton '127.255.255.255');
        say defined send($socket, $text, 0, $all) ? 'allowed' : $!{EACCES} ? 'EACCES' : "$!";
        setsockopt $socket, SOL_SOCKET, SO_BROADCAST, pack 'l', 1 or die "setsockopt: $!\n";
        send $socket, $text, 0, $all or die "send: $!\n";
    },
    select => sub {
        pipe my $quiet, my $nothing or die "pipe: $!\n";
        pipe my $loud, my $something or die "pipe: $!\n";
        my $watch = sub ($timeout) {
            vec(my $in = '', $_, 1) = 1 for my @numbers = map { fileno $_ } $quiet, $loud;
            vec($in, $_, 1) = 1 for @numbers;
            my $count = select my $out = $in, undef, undef, $timeout;
            return "$count " . join '', map { vec $out, $_, 1 } @numbers;
        };
        say $watch->(0);
        say $watch->(0.02);
        syswrite $something, 'here';
        say $watch->(10);
    },
    give => sub {
        open my $file, '<', $words[0] or die "open: $!\n";
        sysread $file, my $ours, 5;
        unlink $words[0];
        my $control = pack 'Q l l l x4', 20, 1, 1, fileno $file;
        syscall($call{send}, 3, message($control), 0) == 1 or die "sendmsg: $!\n";
    },
    take => sub {
        my $control = "\0" x 24;
        syscall($call{receive}, 3, message($control), 0) == 1 or die "recvmsg: $!\n";
        open my $file, '<&=', unpack 'x16 l', $control or die "open: $!\n";
        print <$file>;
    },
);
($actions{$action} // die "no such action: $action\n")->();
