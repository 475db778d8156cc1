#pragma once

#include <QString>

namespace entvas {

struct Command;

// What entvas --help prints.
QString helpText();

// What entvas COMMAND --help prints.
QString usageOf(const Command &command);

// All of it once more for programs (entvas --describe), which the completions of the shells and the manual pages are
// made from. One line each, fields separated by tabs; new fields come at the end:
//   command NAME SUMMARY
//   action COMMAND NAME WORD HELP
//   option COMMAND ACTION NAME LETTER VALUE KIND CHOICES HELP
//   setting FLAG ENVIRONMENT DEFAULT MEANING
// COMMAND is empty for the program's own options. CHOICES are separated by blanks; KIND is switch, text, choice,
// number, time, span or file. What has no name is "-".
QString describeAll();

} // namespace entvas
