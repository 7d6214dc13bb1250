# A whole session of a CANopen tool with a running device, as somebody writes it who has python-can and the standard: NMT, heartbeat,
# SDO in one frame, in segments and in blocks, login and commit, SYNC and PDOs, an emergency, LSS, a scan of all nodes.
# Usage: canopen_session.py tcp:PORT|TERMINAL BIT_RATE PASSWORD LOG [sheet]    prints what came of it as JSON, writes a candump log
import json
import sys

from canopen_tool import Node, number, open_bus

place, bit_rate, password, log = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
node = Node(open_bus(place, bit_rate), 32)
door = "tcp" if place.startswith("tcp:") else "pty"
heartbeat_ms = 500 if door == "tcp" else 400
found = {}


def nmt(command, node_id=32):
    node.send(0x000, [command, node_id])


def state_after(command):
    nmt(command)
    return node.wait(0x720, lambda data: True, skip_s=0.15)[0]  # one that was under way may come first


# boot-up and heartbeat
nmt(0x81)
found["boot_up"] = list(node.wait(0x720, lambda data: data[0] == 0))
found["state"] = node.wait(0x720, lambda data: data[0] != 0)[0]
found["heartbeat"] = node.download(0x1017, 0, number(50, 2))

# reading in one frame, in segments, in blocks
found["type"] = node.upload(0x1000, 0).hex()
found["name"] = node.upload(0x1008, 0).decode()
found["name_in_a_block"] = node.upload_blocks(0x1008, 0).decode()
if "sheet" in sys.argv:
    node.is_logging = False  # 57 000 frames
    found["sheet"] = node.upload_blocks(0x1021, 0, block_size=127).decode("latin-1")
    node.is_logging = True
found["missing"] = node.upload(0x2FFF, 0)
found["missing_in_blocks"] = node.upload_blocks(0x2FFF, 0)
found["read_only"] = node.download(0x1000, 0, number(1, 4))

# settings: the login, staging in one frame and in segments, the commit
stage = lambda: node.download(0x3028, 3, ("made by " + door).encode())
found["staged_unasked"] = stage()
found["login_wrong"] = node.download(0x5800, 0, b"not the password")
found["login_right"] = node.download(0x5800, 0, password.encode())
found["too_high"] = node.download(0x3023, 1, number(128, 4))
found["staged"] = [stage(), node.download(0x3023, 3, number(heartbeat_ms, 4))]
found["commit"] = node.download(0x5802, 0, number(1, 1))
found["result"] = node.upload(0x5810, 1)[0]
found["setting"] = node.upload(0x3028, 3).decode()
found["followed"] = int.from_bytes(node.upload(0x1017, 0), "little")
found["logout"] = node.download(0x5801, 0, number(1, 1))
found["staged_after"] = stage()

# NMT states, as heartbeats tell of them
node.download(0x1017, 0, number(50, 2))
found["stopped"] = state_after(0x02)
found["mute_while_stopped"] = node.upload(0x1000, 0, patience_s=0.3) is None
found["pre_operational"] = state_after(0x80)
node.send(0x080, [])
found["no_pdo_before_start"] = node.wait(0x1A0, lambda data: True, patience_s=0.2) is None
found["operational"] = state_after(0x01)
nmt(0x82)
found["boot_up_again"] = list(node.wait(0x720, lambda data: data[0] == 0))
node.download(0x1017, 0, number(50, 2))

# SYNC brings the vendor's PDOs
pdos = []
for i in range(10):
    node.send(0x080, [])
    pdos.append([node.wait(0x1A0, lambda data: True).hex(), node.wait(0x2A0, lambda data: True).hex()])
found["pdos"] = pdos
found["voltage"] = int.from_bytes(node.upload(0x4F00, 6), "little")
found["soc"] = node.upload(0x4F00, 5)[0]

# a fault that is put in: somebody opens the battery's cover
found["cover_open"] = node.download(0x5100, 1, number(1, 2))
found["emergency"] = node.emergency(0x9010).hex()
found["register"] = node.upload(0x1001, 0)[0]
node.emergencies.clear()
found["cover_shut"] = node.download(0x5100, 1, number(2, 2))
found["emergency_over"] = node.emergency(0x0000).hex()

# LSS: the node is found by its address and says who it is
identity = [int.from_bytes(node.upload(0x1018, sub), "little") for sub in range(1, 5)]
for i, part in enumerate(identity):
    node.send(0x7E5, [0x40 + i, *number(part, 4), 0, 0, 0])
found["selected"] = node.wait(0x7E4, lambda data: data[0] == 0x44).hex()
inquired = []
for command in range(0x5A, 0x5F):
    node.send(0x7E5, [command, 0, 0, 0, 0, 0, 0, 0])
    inquired.append(int.from_bytes(node.wait(0x7E4, lambda data: data[0] == command)[1:5], "little"))
found["identity"], found["inquired"] = identity, inquired
node.send(0x7E5, [0x04, 0, 0, 0, 0, 0, 0, 0])

# who is there
for node_id in range(1, 128):
    node.send(0x600 + node_id, [0x40, 0, 0x10, 0, 0, 0, 0, 0])
found["nodes"] = sorted({id - 0x580 for id in node.listen(range(0x581, 0x600), 0.5)})
nmt(0x81)
node.wait(0x720, lambda data: data[0] == 0)
node.bus.shutdown()
with open(log, "w") as file:
    file.writelines(node.log)
print(json.dumps(found))
