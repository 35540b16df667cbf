#!/bin/sh
# What talk.pl does, where there is no Perl.
action=$1
shift
case $action in
  say) code=$1; shift; test $# -eq 0 || printf '%s\n' "$@"; exit "$code" ;;
  endless) while echo more; do :; done ;;
  answer) while read -r line; do echo "you said $line"; echo 'again?' >&2; done ;;
  count) wc -c | tr -d ' ' ;;
  flood) i=0
    line=$(printf '%01024d' 0)
    while test $i -lt 1024; do echo "$line"; i=$((i + 1)); done
    wc -c | tr -d ' ' ;;
  both) echo output; echo error >&2; cat <&5 ;;
  stubborn) trap '' TERM; echo 'try me'; while :; do sleep 1000; done ;;
  die) kill -"$1" $$; while :; do sleep 1000; done ;;
  group) read -r _; echo "$$ $(ps -o pgid= -p $$ | tr -d ' ')" ;;
esac
