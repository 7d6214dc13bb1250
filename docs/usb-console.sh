#!/bin/sh
# Makes a Linux board with a USB device port (a Raspberry Pi Zero, a BeagleBone) a virtual COM port of the USB class CDC-ACM, whose
# other end on the board is /dev/ttyGS0. Run as root at each start: usb-console.sh start; usb-console.sh stop takes it away.
# It needs the kernel modules libcomposite and usb_f_acm, and on a Raspberry Pi the overlay dwc2 in peripheral mode.
set -eu

CONFIG="${CONFIGFS:-/sys/kernel/config}"
CONTROLLERS="${CONTROLLERS:-/sys/class/udc}"
GADGET="$CONFIG/usb_gadget/bms-mini"

start() {
  if [ ! -d "$CONFIG/usb_gadget" ]; then modprobe libcomposite; fi
  if [ -s "$GADGET/UDC" ]; then
    echo "the USB console is there already" >&2
    exit 0
  fi
  controller=$(ls "$CONTROLLERS" 2>/dev/null | head -n 1)
  if [ -z "$controller" ]; then
    echo "this board has no USB device port, or its driver is not loaded ($CONTROLLERS is empty)" >&2
    exit 1
  fi
  mkdir -p "$GADGET"
  echo 0x1d6b >"$GADGET/idVendor" # Linux Foundation
  echo 0x0104 >"$GADGET/idProduct" # multifunction composite gadget
  echo 0x0100 >"$GADGET/bcdDevice"
  echo 0x0200 >"$GADGET/bcdUSB"
  echo 0xEF >"$GADGET/bDeviceClass" # functions are told apart by their interfaces
  echo 0x02 >"$GADGET/bDeviceSubClass"
  echo 0x01 >"$GADGET/bDeviceProtocol"
  mkdir -p "$GADGET/strings/0x409"
  echo "bms-mini" >"$GADGET/strings/0x409/manufacturer"
  echo "BMS console" >"$GADGET/strings/0x409/product"
  serial >"$GADGET/strings/0x409/serialnumber"
  mkdir -p "$GADGET/configs/c.1/strings/0x409"
  echo "console" >"$GADGET/configs/c.1/strings/0x409/configuration"
  echo 0xC0 >"$GADGET/configs/c.1/bmAttributes" # powered by itself
  echo 2 >"$GADGET/configs/c.1/MaxPower"
  mkdir -p "$GADGET/functions/acm.GS0"
  [ -e "$GADGET/configs/c.1/acm.GS0" ] || ln -s "$GADGET/functions/acm.GS0" "$GADGET/configs/c.1/acm.GS0"
  echo "$controller" >"$GADGET/UDC"
}

# A computer keeps the number of its COM port by it.
serial() {
  for file in /proc/device-tree/serial-number /etc/machine-id; do
    if [ -r "$file" ]; then
      tr -d '\000\n' <"$file"
      echo
      return
    fi
  done
  echo 1
}

stop() {
  [ -d "$GADGET" ] || exit 0
  echo "" >"$GADGET/UDC" || true
  rm -f "$GADGET/configs/c.1/acm.GS0"
  rmdir "$GADGET/configs/c.1/strings/0x409" "$GADGET/configs/c.1" "$GADGET/functions/acm.GS0" \
    "$GADGET/strings/0x409" "$GADGET"
}

case "${1:-}" in
  start | stop) "$1" ;;
  *)
    echo "usage: $0 start|stop" >&2
    exit 2
    ;;
esac
