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
  kill) pid=$1; shift; for signal; do kill -"$signal" "$pid" || exit 1; done ;;
  ping) i=0
    while test $i -lt "$2"; do kill -USR2 "$1"; read -r _ || exit 1; i=$((i + 1)); done
    echo "$2" ;;
  names) i=1; while test $i -lt 32; do
      name=$(kill -l $i)
      test "$name" = $i || echo "$name $i" # it does not know them all
      i=$((i + 1))
    done ;;
  sleep) exec sleep 1000 ;;
  lock) exec 9>> "$1"; flock 9; echo locked; read -r _ ;;
  look) test -p "$1" && printf '1 ' || printf '0 '; stat -c %a "$1" ;;
  read) cat "$1" ;;
  write) file=$1; shift; printf '%s\n' "$@" > "$file" ;;
  group) read -r _; read -r _ _ _ _ group _ < /proc/$$/stat; echo "$$ $group" ;;
esac
