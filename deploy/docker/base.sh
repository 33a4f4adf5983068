#!/bin/sh
# Makes the base image from Debian's own mirror, for machines that cannot pull one from a registry:
#   sh deploy/docker/base.sh localhost/shelfcast-debian:bookworm
#   deno task images --engine buildah --base localhost/shelfcast-debian:bookworm
# Needs root, debootstrap and buildah.
set -eu
image=${1:?the name of the image to make}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# The mirror that this machine's apt uses, where that is Debian's.
mirror=$(sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(http[^ ]*\) .*/\1/p' \
  /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2> /dev/null | head -n 1)
debootstrap --variant=minbase bookworm "$folder/root" ${mirror:+"$mirror"} > "$folder/log" 2>&1 || {
  tail -n 20 "$folder/log" >&2
  exit 1
}
cd "$folder/root"
rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* usr/share/doc usr/share/man usr/share/info usr/share/locale
container=$(buildah from scratch)
buildah add --quiet "$container" "$folder/root" /
buildah config --cmd bash "$container"
buildah commit --quiet --rm "$container" "$image"
