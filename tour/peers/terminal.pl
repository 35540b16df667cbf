#!/usr/bin/perl
# A program that insists on a terminal: it asks for a password on /dev/tty, buffers what it prints into a pipe, and
# says how large its window is.
use strict;
use warnings;
use POSIX qw(ECHO TCSANOW);

open my $tty, '+<', '/dev/tty' or die "no terminal: $!\n";
syswrite $tty, 'password: ';
my $settings = POSIX::Termios->new;
$settings->getattr(fileno $tty);
my $before = $settings->getlflag;
$settings->setlflag($before & ~ECHO);
$settings->setattr(fileno $tty, TCSANOW);
chomp(my $password = <$tty> // '');
$settings->setlflag($before);
$settings->setattr(fileno $tty, TCSANOW);
syswrite $tty, "\n";

my ($rows, $columns) = split ' ', `stty size < /dev/tty`;
printf "%d characters, %d columns\n", length $password, $columns; # into a pipe this would stay where it is
while (<STDIN>) { print "you typed $_" }
