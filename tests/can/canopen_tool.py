# A CANopen master in few lines, written from CiA 301 alone: what the scripts beside it talk to a device with.
import binascii
import time

import can

PATIENCE_s = 10


def open_bus(place, bit_rate):
    if place.startswith("tcp:"):
        return can.interface.Bus(bustype="socketcand", host="127.0.0.1", port=int(place[4:]), channel="can0")
    return can.interface.Bus(bustype="slcan", channel=place, bitrate=bit_rate, sleep_after_open=0.1)


def number(value, size):
    return value.to_bytes(size, "little")


class Node:
    """A node as its master sees it. What is aborted is given as the abort code, an int."""

    def __init__(self, bus, node_id):
        self.bus, self.id, self.log, self.is_logging = bus, node_id, [], True
        self.emergencies = []  # they come between other things

    def note(self, id, data):
        if self.is_logging:
            self.log.append("(%.6f) can0 %03X#%s\n" % (time.time(), id, bytes(data).hex().upper()))

    def send(self, id, data):
        self.note(id, data)
        self.bus.send(can.Message(arbitration_id=id, is_extended_id=False, data=data))

    def frames(self, patience_s):
        end = time.time() + patience_s
        while time.time() < end:
            message = self.bus.recv(max(0, end - time.time()))
            if message is not None:
                self.note(message.arbitration_id, message.data)
                if message.arbitration_id == 0x080 + self.id:
                    self.emergencies.append(bytes(message.data))
                yield message.arbitration_id, bytes(message.data)

    def listen(self, ids, time_s):
        return [id for id, _ in self.frames(time_s) if id in ids]

    def wait(self, wanted, good, patience_s=PATIENCE_s, skip_s=0):
        """The first frame of an id that is good; none: nobody sent it."""
        since = time.time() + skip_s
        for id, data in self.frames(patience_s):
            if id == wanted and good(data) and time.time() >= since:
                return data
        return None

    def emergency(self, code):
        end = time.time() + PATIENCE_s
        while time.time() < end:
            for data in self.emergencies:
                if data[:2] == number(code, 2):
                    return data
            self.listen((), 0.02)
        return None

    def ask(self, data, patience_s=PATIENCE_s):
        self.send(0x600 + self.id, data)
        return self.wait(0x580 + self.id, lambda data: True, patience_s)

    def upload(self, index, sub, patience_s=PATIENCE_s):
        answer = self.ask([0x40, *number(index, 2), sub, 0, 0, 0, 0], patience_s)
        if answer is None or answer[0] == 0x80:
            return answer and int.from_bytes(answer[4:], "little")
        assert answer[1:4] == bytes([*number(index, 2), sub]), answer
        if answer[0] & 2:
            return answer[4 : 8 - (answer[0] >> 2 & 3 if answer[0] & 1 else 0)]
        size, value, toggle = int.from_bytes(answer[4:], "little"), b"", 0
        while True:
            answer = self.ask([0x60 | toggle, 0, 0, 0, 0, 0, 0, 0])
            assert answer[0] & 0xF0 == toggle, answer
            value += answer[1 : 8 - (answer[0] >> 1 & 7)]
            toggle ^= 0x10
            if answer[0] & 1:
                assert len(value) == size
                return value

    def download(self, index, sub, value):
        """0: done."""
        head = [*number(index, 2), sub]
        if len(value) <= 4:
            answer = self.ask([0x23 | (4 - len(value)) << 2, *head, *value.ljust(4, b"\0")])
        else:
            answer = self.ask([0x21, *head, *number(len(value), 4)])
            toggle, rest = 0, value
            while answer[0] != 0x80 and rest:
                part, rest = rest[:7], rest[7:]
                answer = self.ask([toggle | (7 - len(part)) << 1 | (not rest), *part.ljust(7, b"\0")])
                assert answer[0] in (0x20 | toggle, 0x80), answer
                toggle ^= 0x10
        return int.from_bytes(answer[4:], "little") if answer[0] == 0x80 else 0

    def upload_blocks(self, index, sub, block_size=32):
        """With CRC; a block that has come in part is asked for again from where it broke."""
        answer = self.ask([0xA4, *number(index, 2), sub, block_size, 0, 0, 0])
        if answer[0] == 0x80:
            return int.from_bytes(answer[4:], "little")
        assert answer[0] & 0xF9 == 0xC0, answer
        has_crc, size = answer[0] & 4, int.from_bytes(answer[4:], "little")
        self.send(0x600 + self.id, [0xA3, 0, 0, 0, 0, 0, 0, 0])
        parts, is_last = [], False
        while not is_last:
            done = 0
            for id, data in self.frames(PATIENCE_s):
                if id != 0x580 + self.id:
                    continue
                assert data[0] & 0x7F == done + 1, (done, data)
                done += 1
                parts.append(data[1:])
                is_last = data[0] & 0x80 != 0
                if is_last or done == block_size:
                    break
            self.send(0x600 + self.id, [0xA2, done, block_size, 0, 0, 0, 0, 0])
        end = self.wait(0x580 + self.id, lambda data: True)
        assert end[0] & 0xE3 == 0xC1, end
        value = b"".join(parts)
        value = value[: len(value) - (end[0] >> 2 & 7)]
        self.send(0x600 + self.id, [0xA1, 0, 0, 0, 0, 0, 0, 0])
        assert len(value) == size and has_crc
        assert binascii.crc_hqx(value, 0) == int.from_bytes(end[1:3], "little")
        return value
