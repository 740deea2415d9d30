#!/usr/bin/env bash
# in_root.sh ROOT ARGUMENTS...: runs the dragoman that is installed in the system below ROOT, in its folder /work, without an
# environment. In a mount namespace of its own, since the loader asks /proc where the program lies.
set -euo pipefail

root=$1
shift
mount -t proc proc "$root/proc"
exec env --ignore-environment PATH=/usr/bin:/usr/sbin \
  chroot "$root" sh -c 'cd /work && exec dragoman "$@"' dragoman "$@"
