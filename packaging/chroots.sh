# shellcheck shell=bash disable=SC2016,SC2034
# Clean Debian systems in folders, for what has to be tried where nothing but Debian is. Sourced by deb/try and docker/try,
# behind packages.sh; needs root. All mounts are made in a namespace of their own, and go with the command that needs them.
packages_chroots=(debootstrap systemd-container iproute2)

chroots=${XDG_CACHE_HOME:-$HOME/.cache}/entvas/chroots

# The mirror that this machine's own apt uses; ENTVAS_MIRROR names another.
debian_mirror() {
    local mirror=${ENTVAS_MIRROR:-}
    [ -n "$mirror" ] ||
        mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null | head -n 1)
    [ -n "$mirror" ] || die "apt knows no mirror of Debian here: name one with ENTVAS_MIRROR"
    printf '%s' "${mirror%/}"
}

# 12, 13, or testing, which has a newer nginx.
codename() { case "$1" in 12) echo bookworm ;; 13) echo trixie ;; testing) echo testing ;; *) die "there is no Debian $1 here" ;; esac; }

# clean_system RELEASE FOLDER: a minimal Debian, as debootstrap makes it. It is made once in a month, and kept.
clean_system() {
    local release=$1 folder=$2 name image
    name=$(codename "$release")
    image=$chroots/$name.tar
    mkdir -p "$chroots"
    if [ -z "$(find "$image" -mtime -30 2>/dev/null)" ]; then
        say "Making a clean Debian $release"
        local new=$chroots/$name.new.$$
        debootstrap --variant=minbase --include=ca-certificates "$name" "$new" "$(debian_mirror)" >"$image.log" 2>&1 ||
            die "debootstrap can not make a Debian $release; see $image.log"
        tar -C "$new" -cf "$image.$$" .
        mv "$image.$$" "$image"
        rm -rf --one-file-system "$new"
    fi
    rm -rf --one-file-system "$folder"
    mkdir -p "$folder" "$chroots/$name.archives/partial"
    tar -C "$folder" -xf "$image"
    echo "$name" >"$folder/etc/entvas-try"
    # The mirror may be one that stands still.
    echo 'Acquire::Check-Valid-Until "false";' >"$folder/etc/apt/apt.conf.d/90snapshot"
    printf '127.0.0.1 localhost\n' >"$folder/etc/hosts"
    # Nothing starts by itself while packages are installed, as in an image that is being built.
    printf '#!/bin/sh\nexit 101\n' >"$folder/usr/sbin/policy-rc.d"
    chmod 755 "$folder/usr/sbin/policy-rc.d"
    in_system "$folder" apt-get update -q >/dev/null
}

# in_system FOLDER COMMAND…: runs it there. Packages that apt fetches are kept for the next time.
in_system() {
    local folder=$1
    shift
    unshare --mount --pid --fork --kill-child -- bash -c '
        folder=$1 archives=$2
        shift 2
        mount --bind "$folder" "$folder" # a mount of its own can be made read-only
        mount -t proc proc "$folder/proc"
        mount --rbind /dev "$folder/dev"
        mkdir -p "$archives" "$folder/var/cache/apt/archives"
        mount --bind "$archives" "$folder/var/cache/apt/archives"
        cp /etc/resolv.conf "$folder/etc/resolv.conf" 2>/dev/null
        exec chroot "$folder" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
            DEBIAN_FRONTEND=noninteractive TERM=dumb "$@"' in_system "$folder" "$chroots/$(codename_of "$folder").archives" "$@"
}

# in_system_alone FOLDER COMMAND…: the same with no network but its own loopback, so that ports are free.
in_system_alone() {
    ENTVAS_CHROOTS=$chroots unshare --net -- bash -c 'set -euo pipefail
        cd "$1" && . packaging/packages.sh && . packaging/chroots.sh
        chroots=$ENTVAS_CHROOTS
        shift
        ip link set lo up
        in_system "$@"' alone "$PWD" "$@"
}

# booted FOLDER SCRIPT: starts the system with its systemd, without any network, and runs SCRIPT (bash) as root in it.
# The exit code is that of the script.
booted() {
    local folder=$1 script=$2
    printf '%s\n' "$script" >"$folder/root/script"
    rm -f "$folder/usr/sbin/policy-rc.d"
    # systemd of Debian 13 wants the second version of cgroups; a machine that has the first one may have both.
    unshare --mount -- bash -c '
        folder=$1 archives=$2
        if [ ! -e /sys/fs/cgroup/cgroup.procs ]; then
            umount -R /sys/fs/cgroup
            mount -t cgroup2 none /sys/fs/cgroup || exit 1
        fi
        systemd-nspawn --quiet --directory "$folder" --register=no --keep-unit --private-network --boot --console=pipe \
            --bind="$archives:/var/cache/apt/archives" </dev/null >"$folder.boot" 2>&1 &
        container=$!
        for _ in $(seq 60); do
            init=$(pgrep -P $container) && state=$(nsenter -t "$init" -a systemctl is-system-running 2>/dev/null)
            case "${state:-}" in running | degraded) break ;; esac
            sleep 0.5
        done
        code=1
        case "${state:-}" in
        running | degraded)
            nsenter -t "$init" -a env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
                DEBIAN_FRONTEND=noninteractive TERM=dumb bash /root/script </dev/null
            code=$?
            nsenter -t "$init" -a systemctl poweroff
            ;;
        *)
            echo "the system did not come up:" >&2
            tail -n 20 "$folder.boot" >&2
            kill $container
            ;;
        esac
        wait $container
        exit $code' booted "$folder" "$chroots/$(codename_of "$folder").archives"
}
# By what it was made from: testing has the name of the release that it will be.
codename_of() { cat "$1/etc/entvas-try"; }
