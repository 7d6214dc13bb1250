// A master made with libmodbus: asks a server of ours for everything a master may ask, prints a line for each check ("ok ..."
// or "FAILED ...") and for each value that whoever started it compares, and ends with 1 where a check failed. Usage:
// libmodbus-client rtu PATH UNIT, libmodbus-client tcp PORT UNIT

#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  INPUTS = 0x2000,
  SIGNALS = 0x8000,
  OVERRIDES = 0x5100,
  COMMIT = 0x5821,
  SCRATCH = 0x5830,
  TABLE = 0xc200,
  COILS = 0x0100
};

static modbus_t *line;
static int unit, is_rtu, failures;

static void check(const char *what, int holds) {
  printf("%s %s\n", holds ? "ok" : "FAILED", what);
  if (!holds) fprintf(stderr, "%s: %s\n", what, modbus_strerror(errno));
  failures += !holds;
}

static void check_refused(const char *what, int result, int exception) {
  check(what, result == -1 && errno == exception);
}

/** The low word first: libmodbus' own order. */
static void print_float(const char *name, const uint16_t *words) {
  printf("value %s %.6f\n", name, modbus_get_float(words));
}

static void read_registers(void) {
  uint16_t words[MODBUS_MAX_READ_REGISTERS];
  check("0x04 reads the vendor's input registers", modbus_read_input_registers(line, INPUTS, 18, words) == 18);
  print_float("current_A", words + 1);
  printf("value errors1 %u\n", words[7] | (unsigned)words[8] << 16);
  check("0x04 reads 125 registers", modbus_read_input_registers(line, SIGNALS, 125, words) == 125);
  print_float("battery_V", words);
  print_float("cell16_V", words + 0x20 + 2 * 15);
  check("0x03 reads holding registers", modbus_read_registers(line, OVERRIDES, 22, words) == 22);
  for (int i = 0; i < 22; i++)
    if (words[i] != 2) check("each input signal follows its wire", 0);
  check("0x03 reads a setting", modbus_read_registers(line, 0x6074, 2, words) == 2);
  print_float("battery.capacity_Ah", words);
}

static void read_bits(void) {
  uint8_t bits[MODBUS_MAX_READ_BITS];
  check("0x02 reads internal signals", modbus_read_input_bits(line, 0x20, 32, bits) == 32);
  check("0x02 has the main contactor closed and no error", bits[13] == 1 && bits[22] == 0);
  check("0x02 reads 2000 bits", modbus_read_input_bits(line, SIGNALS, 2000, bits) == 2000);
  check("0x02 vouches for cell 16 and not for cell 17", bits[0x20 + 2 * 15] == 1 && bits[0x20 + 2 * 16] == 0);
}

static void write_bits(void) {
  const uint8_t pattern[8] = {1, 0, 0, 1, 1, 0, 1, 0};
  uint8_t bits[8] = {0};
  check("0x0F writes coils", modbus_write_bits(line, COILS, 8, pattern) == 8);
  check("0x01 reads them back", modbus_read_bits(line, COILS, 8, bits) == 8 && memcmp(bits, pattern, 8) == 0);
  check("0x05 writes a coil on", modbus_write_bit(line, COILS + 7, 1) == 1);
  check("0x05 writes a coil off", modbus_write_bit(line, COILS, 0) == 1);
  modbus_read_bits(line, COILS, 8, bits);
  check("0x01 reads both back", bits[7] == 1 && bits[0] == 0 && memcmp(bits + 1, pattern + 1, 6) == 0);
}

static void write_registers(void) {
  uint16_t words[8] = {0}, read[8];
  for (int i = 0; i < 8; i++) words[i] = (uint16_t)(0xff00 + i);
  check("0x10 writes registers", modbus_write_registers(line, SCRATCH, 8, words) == 8);
  check("0x03 reads them back",
        modbus_read_registers(line, SCRATCH, 8, read) == 8 && memcmp(words, read, sizeof read) == 0);
  check("0x06 writes a register", modbus_write_register(line, SCRATCH, 0x12) == 1);
  // The example of the standard, 6.16: 0x12 AND 0xF2, 0x25 gives 0x17.
  check("0x16 masks a register", modbus_mask_write_register(line, SCRATCH, 0xf2, 0x25) == 1);
  check("0x16 left what the standard says", modbus_read_registers(line, SCRATCH, 1, read) == 1 && read[0] == 0x17);
  modbus_set_float(-32.5f, words);
  check("0x17 writes and reads", modbus_write_and_read_registers(line, SCRATCH + 6, 2, words, SCRATCH, 8, read) == 8);
  check("0x17 reads what it has written", read[0] == 0x17 && read[6] == 0 && read[7] == 0xc202);
}

/** The longest frames: part of a table of settings is staged as it stands, and forgotten. */
static void write_most(void) {
  uint16_t words[MODBUS_MAX_WRITE_REGISTERS];
  const int most = MODBUS_MAX_WRITE_REGISTERS;
  check("0x03 reads 123 registers of a table", modbus_read_registers(line, TABLE, most, words) == most);
  check("0x10 writes 123 registers", modbus_write_registers(line, TABLE, most, words) == most);
  check("what was staged is forgotten", modbus_write_register(line, COMMIT, 2) == 1);
}

static void report_id(void) {
  uint8_t id[MODBUS_MAX_PDU_LENGTH] = {0};
  const int length = modbus_report_slave_id(line, sizeof id - 1, id);
  if (!is_rtu) return check_refused("0x11 is for serial lines", length, EMBXILFUN);
  check("0x11 reports id and run state", length > 2 && id[0] == unit && id[1] == 0xff);
  printf("value name %s\n", (const char *)id + 2);
}

static void ask_what_is_refused(void) {
  uint16_t words[8] = {0};
  uint8_t bits[8] = {0};
  check_refused("a gap is an illegal address", modbus_read_input_registers(line, 0x0200, 1, words), EMBXILADD);
  check_refused("so is a read that ends in one", modbus_read_input_registers(line, 0x2011, 2, words), EMBXILADD);
  check_refused("so is a coil that is none", modbus_read_bits(line, 0x16, 1, bits), EMBXILADD);
  check_refused("so is a register that can only be read", modbus_write_register(line, 0x6276, 502), EMBXILADD);
  check_refused("so is the end of what can be written", modbus_write_registers(line, SCRATCH + 6, 3, words), EMBXILADD);
  check_refused("an unknown command is an illegal value", modbus_write_register(line, 0x5823, 0xffff), EMBXILVAL);
  check_refused("a commit of nothing fails", modbus_write_register(line, COMMIT, 1), EMBXSFAIL);
}

/** The exception that answers bytes which libmodbus itself would not send; 0: none does. */
static int exception_of(uint8_t function, uint16_t first, uint16_t second) {
  const uint8_t bytes[] = {(uint8_t)unit, function, first >> 8, first & 0xff, second >> 8, second & 0xff};
  uint8_t answer[MODBUS_MAX_ADU_LENGTH] = {0};
  if (modbus_send_raw_request(line, bytes, sizeof bytes) == -1) return 0;
  const int length = modbus_receive_confirmation(line, answer);
  const uint8_t *pdu = answer + modbus_get_header_length(line);
  return length > 0 && pdu[0] == (function | 0x80) ? pdu[1] : 0;
}

static void ask_what_is_malformed(void) {
  check("no registers at all is an illegal value", exception_of(3, SCRATCH, 0) == 3);
  check("126 registers are an illegal value", exception_of(3, SIGNALS, 126) == 3);
  check("2001 bits are an illegal value", exception_of(2, SIGNALS, 2001) == 3);
  check("a coil is on or off", exception_of(5, COILS, 0x0001) == 3);
  check("an unknown function is illegal", exception_of(0x41, 0, 0) == 1);
}

/** On a line nobody answers a broadcast, and everybody obeys; over TCP unit 0 is the device at the other end. */
static void broadcast(void) {
  uint16_t word = 0;
  modbus_set_slave(line, MODBUS_BROADCAST_ADDRESS);
  modbus_set_response_timeout(line, is_rtu ? 0 : 2, 100000);
  const int result = modbus_write_register(line, SCRATCH + 1, 0xb0ca);
  if (is_rtu) check_refused("a broadcast is not answered", result, ETIMEDOUT);
  else check("unit 0 answers over TCP", result == 1);
  modbus_set_response_timeout(line, 2, 0);
  modbus_set_slave(line, unit);
  check("what it wrote is there", modbus_read_registers(line, SCRATCH + 1, 1, &word) == 1 && word == 0xb0ca);
}

int main(int count, char **words) {
  if (count != 4) return 2;
  is_rtu = strcmp(words[1], "rtu") == 0;
  unit = atoi(words[3]);
  line = is_rtu ? modbus_new_rtu(words[2], 9600, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", atoi(words[2]));
  modbus_set_slave(line, unit);
  modbus_set_response_timeout(line, 2, 0);
  if (modbus_connect(line) == -1) {
    fprintf(stderr, "%s: %s\n", words[2], modbus_strerror(errno));
    return 2;
  }
  read_registers();
  read_bits();
  write_bits();
  write_registers();
  write_most();
  report_id();
  ask_what_is_refused();
  ask_what_is_malformed();
  broadcast();
  modbus_close(line);
  modbus_free(line);
  return failures > 0;
}
