#!/bin/sh
# What terminal.pl does, where there is no Perl.
printf 'password: ' > /dev/tty
stty -echo < /dev/tty
read -r password < /dev/tty
stty echo < /dev/tty
echo > /dev/tty
echo "${#password} characters, $(stty size < /dev/tty | cut -d ' ' -f 2) columns"
while read -r line; do echo "you typed $line"; done
