#!/bin/sh
# One campaign in four shards, two at a time, on this machine; with --sshlogin, on several.
#   gnu_parallel.sh nightly.json
parallel --jobs 2 --joblog shards.log \
  quorate campaign "$1" --shard {}/4 --out shard-{} --resume --jobs 1 --quiet ::: 1 2 3 4
quorate merge whole shard-1 shard-2 shard-3 shard-4 --junit junit.xml --markdown summary.md
