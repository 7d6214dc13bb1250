# Two programs on the bus of a running device, as people write them with python-can: one over TCP, one at the pseudo-terminal.
# Usage: exchange.py PORT TERMINAL BIT_RATE COUNT    prints what came of it as JSON
import json
import sys
import time

import can

port, terminal, bit_rate, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
tcp = can.interface.Bus(bustype="socketcand", host="127.0.0.1", port=port, channel="can0")
pty = can.interface.Bus(bustype="slcan", channel=terminal, bitrate=bit_rate, sleep_after_open=0.1)


def heard(bus, wanted, ids, patience_s=20):
    """Frames with these ids, in their order: the device itself is on the bus too."""
    found = []
    end = time.time() + patience_s
    while len(found) < wanted and time.time() < end:
        message = bus.recv(0.5)
        if message is not None and message.arbitration_id in ids:
            found.append(message)
    return found


def text(message):
    name = "%08X" % message.arbitration_id if message.is_extended_id else "%03X" % message.arbitration_id
    return name + "#" + ("R%d" % message.dlc if message.is_remote_frame else message.data.hex().upper())


def frames(id, extended):
    return [can.Message(arbitration_id=id, is_extended_id=extended, data=[i & 255, i >> 8]) for i in range(count)]


def in_order(messages):
    return [m.data[0] + 256 * m.data[1] for m in messages] == list(range(count))


version, serial = pty.get_version(2), pty.get_serial_number(2)
for message in frames(0x7AA, False):
    tcp.send(message)
down = in_order(heard(pty, count, {0x7AA}))
for message in frames(0x18FF50E5, True):
    pty.send(message)
up = in_order(heard(tcp, count, {0x18FF50E5}))

edges = [
    can.Message(arbitration_id=0x7A1, is_extended_id=False, data=[]),
    can.Message(arbitration_id=0x7A1, is_extended_id=False, data=[0xFF] * 8),
    can.Message(arbitration_id=0x1FFFFFFF, is_extended_id=True, data=[0, 1]),
]
for message in edges:
    pty.send(message)
at_tcp = [text(m) for m in heard(tcp, 3, {0x7A1, 0x1FFFFFFF})]
for message in edges:
    tcp.send(message)
at_pty = [text(m) for m in heard(pty, 3, {0x7A1, 0x1FFFFFFF})]
pty.shutdown()
tcp.shutdown()
print(json.dumps({"version": version, "serial": serial, "down": down, "up": up, "at_tcp": at_tcp, "at_pty": at_pty}))
