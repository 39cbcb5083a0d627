# One run in the sandbox, as process 1 of a namespace of its own: what it starts cannot outlive it.
# 0 is a socket: the program's code goes out on it, and its end ends everything.
# The working folder was looked at before: what $folder names must still be the same.
run=$1       # private folder of the run
folder=$2    # of the workspace
how=$3       # overlay or binds
options=$4   # of the file system that holds all that is written
filter=$5    # of system calls
cpu=$6       # seconds; the rest are limits as `ulimit` takes them
shift 6
blocks=$1 open=$2 data=$3 space=$4 processes=$5
shift 5      # what is left is the program
exec 3>&0 5<"$folder" || exit 125
[ . -ef /proc/self/fd/5 ] || { echo swapped >&3; exit 125; }
cd "$run" || exit 125
exec 4<arguments 6<"$filter" || exit 125
mount -int tmpfs -o "$options" redline m && mkdir m/u m/w m/o m/tmp m/home m/shm || exit 125
if [ "$how" = overlay ]; then
  mount -int overlay -o "lowerdir=../laid:/proc/self/fd/5,upperdir=m/u,workdir=m/w,userxattr" \
    redline m/o || { echo no-overlay >&3; exit 125; }
else
  mount -in --bind /proc/self/fd/5 m/o || exit 125
fi
{
  echo 1000 >/proc/self/oom_score_adj
  # Watchers of files are counted for the user: a program must not use up the editor's.
  echo 64 >/proc/sys/user/max_inotify_instances
  echo 65536 >/proc/sys/user/max_inotify_watches
  ulimit -c 0 && ulimit -S -t "$cpu" && ulimit -H -t $((cpu + 2)) && ulimit -f "$blocks" &&
    ulimit -n "$open" && ulimit -d "$data" && ulimit -v "$space" || exit 125
  # What some shells call -u others call -p.
  [ -z "$processes" ] || ulimit -u "$processes" 2>/dev/null || ulimit -p "$processes" || exit 125
  "$@" 3>&- 5<&-
  echo "$?" >&3
} </dev/null &
exec >/dev/null 2>&1 3>&- 4<&- 5<&- 6<&-
read -r _
