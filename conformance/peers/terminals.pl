#!/usr/bin/perl
# Both sides of a terminal.
#   terminals.pl login                asks for a name and, without showing it, for a password
#   terminals.pl window               says how large its terminal is, now and whenever that changes
#   terminals.pl relay                hands its own terminal over to that of cat until ^], and says so
#   terminals.pl drive-login CMD...   logs in to a program with Expect.pm, and prints what it saw as JSON
#   terminals.pl drive-window CMD...  has it say another size, and interrupts it
#   terminals.pl drive-relay CMD...   types through it, and ends that
use strict;
use warnings;
use POSIX qw(ECHO TCSANOW);
$| = 1;

my ($action, @words) = @ARGV;

# Has the terminal show what is typed, or not.
sub echo {
    my ($shown) = @_;
    my $settings = POSIX::Termios->new;
    $settings->getattr(0);
    my $flags = $settings->getlflag;
    $settings->setlflag($shown ? $flags | ECHO : $flags & ~ECHO);
    $settings->setattr(0, TCSANOW);
}

sub size { my ($rows, $columns) = split ' ', `stty size`; print "${columns}x$rows\n" }

# Starts a program in a terminal.
sub started {
    require Expect;
    my $talk = Expect->new;
    $talk->log_stdout(0);
    $talk->slave->set_winsize(24, 80);
    $talk->spawn(@_) or die "spawn: $!\n";
    return $talk;
}

# What came before what is expected, and that.
sub seen {
    my ($talk, $expected) = @_;
    defined $talk->expect(20, '-ex', $expected) or die "not seen: $expected\n";
    return [$talk->before // '', $talk->match];
}

# What came until the end.
sub rest {
    my ($talk) = @_;
    $talk->expect(20, [eof => sub { }]);
    return [$talk->before // '', ''];
}

sub report {
    require JSON::PP;
    my ($talk, @found) = @_;
    $talk->soft_close;
    my $status = $talk->exitstatus;
    print JSON::PP->new->encode([@found, $status & 127 || $status >> 8]), "\n";
}

my %actions = (
    login => sub {
        print 'name: ';
        chomp(my $name = <STDIN>);
        echo(0);
        print 'password: ';
        chomp(my $password = <STDIN>);
        echo(1);
        print "\n$name has ", length $password, " characters\n";
        exit 3;
    },
    window => sub {
        echo(0); # the kernel would echo ^C after the signal, when we may be gone and the terminal with us
        local $SIG{WINCH} = \&size;
        size();
        sleep 1 while 1;
    },
    relay => sub {
        my $cat = started('sh', '-c', 'echo ready; exec cat');
        $cat->interact(\*STDIN, "\x1d");
        print "back\n";
        $cat->hard_close;
    },
    'drive-login' => sub {
        my $talk = started(@words);
        my @found = seen($talk, 'name: ');
        $talk->send("alice\r");
        push @found, seen($talk, 'password: ');
        $talk->send("s3cret\r");
        push @found, seen($talk, 'characters'), rest($talk);
        report($talk, @found);
    },
    'drive-window' => sub {
        my $talk = started(@words);
        my @found = seen($talk, "80x24\r\n");
        $talk->slave->set_winsize(33, 100);
        push @found, seen($talk, "100x33\r\n");
        $talk->send("\cC");
        push @found, rest($talk);
        report($talk, @found);
    },
    'drive-relay' => sub {
        my $talk = started(@words);
        my @found = seen($talk, "ready\r\n");
        $talk->send("hello\r");
        push @found, seen($talk, "hello\r\nhello\r\n");
        $talk->send("\x1d");
        push @found, seen($talk, 'back'), rest($talk);
        report($talk, @found);
    },
);
($actions{ $action // '' } // die "no such action\n")->();
