#!/usr/bin/perl
# Signals, as Perl does it; signals.ts does the same.
#   signals.pl kill PID SIGNAL...     sends a process one signal after the other
#   signals.pl ping PID N             sends SIGUSR2 that often, each when the last one was answered by a line
#   signals.pl sleep                  sleeps for ever
#   signals.pl zombie                 prints the number of a child that has ended, which is not reaped
#   signals.pl end HOW                ends with a code, or by a signal
#   signals.pl handle SIGNAL...       prints the name of each that comes
#   signals.pl traps                  the same for what usually ends a program, by one call
#   signals.pl ignore                 ignores SIGHUP until a line comes, then has it do what it does by default
#   signals.pl nested                 has two scopes, one in the other, with a handler each, until lines come
#   signals.pl reaped                 has children reap themselves; prints whether one is a zombie, and how it ended
#   signals.pl mask                   holds signals back until a line comes
#   signals.pl interrupted            reads a line, whatever comes meanwhile
#   signals.pl lock FILE              has a file locked until a line comes
#   signals.pl busy                   is busy for a while, and then counts the signals of each kind
#   signals.pl info SIGNAL            prints who sent it
#   signals.pl values NUMBER COUNT    holds a signal back until a line comes, then prints with which values it came
#   signals.pl left                   the rest of an alarm of 100 s, then a short one that rings
#   signals.pl timeout COMMAND...     gives up a command that takes too long, and prints how
use v5.36;
use sigtrap ();
use POSIX qw(:signal_h :sys_wait_h);
use Time::HiRes qw(alarm time);
$| = 1;

my ($action, @words) = @ARGV;

# The next line. A signal that comes just before a read is handled after it, so none is begun before there is a line.
sub told {
    vec(my $input = '', 0, 1) = 1;
    1 until select(my $ready = $input, undef, undef, 0.01) > 0;
    my ($line, $byte) = '';
    $line .= $byte while sysread(STDIN, $byte, 1) && $byte ne "\n";
    return defined $byte && $byte ne '' ? $line : undef;
}

my %actions = (
    kill   => sub { my $pid = shift @words; kill $_, $pid or die "kill: $!\n" for @words },
    ping   => sub {
        my ($pid, $times) = @words;
        for (1 .. $times) { kill 'USR2', $pid or die "kill: $!\n"; told() // die "no answer\n" }
        say $times;
    },
    sleep  => sub { say 'asleep'; sleep },
    zombie => sub {
        my $kid = fork // die "fork: $!\n";
        POSIX::_exit(0) unless $kid;
        1 until do { local (@ARGV, $/) = "/proc/$kid/stat"; <> =~ /\) Z/ };
        say $kid;
        told();
    },
    end    => sub { exit $words[0] if $words[0] =~ /^\d/; kill $words[0], $$; sleep },
    handle => sub { $SIG{$_} = sub { say shift } for @words; say 'ready'; told() },
    traps  => sub { sigtrap->import(handler => sub { say shift }, 'normal-signals'); say 'ready'; told() },
    ignore => sub {
        $SIG{HUP} = 'IGNORE';
        say 'ignored';
        told();
        $SIG{HUP} = 'DEFAULT';
        say 'default';
        told();
    },
    nested => sub {
        local $SIG{INT} = sub { say 'outer' };
        eval {
            local $SIG{INT} = sub { say 'inner' };
            say 'ready';
            told();
            die "on the way out\n";
        };
        say 'left';
        told();
    },
    reaped => sub {
        local $SIG{CHLD} = 'IGNORE';
        my $kid = fork // die "fork: $!\n";
        POSIX::_exit(7) unless $kid;
        my $pid = wait;
        say -e "/proc/$kid" ? 'zombie' : 'gone', ' ', $pid == -1 ? 'unknown' : $? >> 8;
    },
    mask => sub {
        my @handled;
        $SIG{$_} = sub { push @handled, shift } for qw(USR2 HUP);
        my $set = POSIX::SigSet->new(SIGUSR2, SIGHUP);
        sigprocmask(SIG_BLOCK, $set);
        say 'held';
        told();
        my $pending = POSIX::SigSet->new;
        sigpending($pending);
        say join ' ', sort grep { $pending->ismember(POSIX->can("SIG$_")->()) } qw(HUP USR2 TERM);
        sigprocmask(SIG_UNBLOCK, $set);
        say join ' ', sort @handled;
    },
    interrupted => sub {
        my $heard = 0;
        $SIG{USR2} = sub { $heard++ };
        say 'reading';
        print scalar <STDIN>;
        say $heard > 0 ? 'heard' : 'heard nothing';
    },
    busy => sub {
        my %heard;
        $SIG{$_} = sub { $heard{+shift}++ } for qw(USR2 HUP);
        my @numbers = map { "" . rand } 1 .. 500_000;
        say 'busy';
        @numbers = sort @numbers;    # a single operation
        select undef, undef, undef, 0.01 until keys %heard == 2;
        say "$_ $heard{$_}" for sort keys %heard;
    },
    lock => sub {
        open my $file, '>>', $words[0] or die "open: $!\n";
        flock $file, 2 or die "flock: $!\n";
        say 'locked';
        told();
    },
    info => sub {
        my $number = POSIX->can("SIG$words[0]")->();
        my @who;    # what has a siginfo is called at once, so it is let in only while nothing else is done
        my $note = sub { my ($name, $info) = @_; @who = @$info{qw(pid uid)} };
        sigaction($number, POSIX::SigAction->new($note, POSIX::SigSet->new, SA_SIGINFO));
        sigprocmask(SIG_BLOCK, POSIX::SigSet->new($number));
        say 'ready';
        sigsuspend(POSIX::SigSet->new), say "@who" while 1;
    },
    values => sub {
        my ($number, $count) = @words;
        my (@values, $set);
        my $note = sub { push @values, unpack 'x24 l', $_[2] };    # of struct siginfo
        my $action = POSIX::SigAction->new($note, POSIX::SigSet->new, SA_SIGINFO);
        sigaction($number, $action);
        sigprocmask(SIG_BLOCK, $set = POSIX::SigSet->new($number));
        say 'ready';
        told();
        sigprocmask(SIG_UNBLOCK, $set);
        say "@values";
    },
    left => sub {
        my $rang = 0;
        local $SIG{ALRM} = sub { $rang++ };
        alarm 100;
        say alarm(0.01) > 90 ? "true" : "false";
        select undef, undef, undef, 10 until $rang;
        say "rang $rang";
    },
    timeout => sub {
        my $end = eval {
            local $SIG{ALRM} = sub { die "too long\n" };
            alarm 3;
            system @words;
            alarm 0;
            1;
        };
        print $end ? "in time\n" : $@;
    },
);
($actions{$action} // die "no such action: $action\n")->();
