#pragma once

#include <QByteArray>

namespace entvas::bench {

// Plain blocking sockets, so that a benchmark measures the server and not Qt's client classes. Whatever goes wrong ends
// the program with a sentence: there is nothing to measure then.
[[noreturn]] void giveUp(const char *what);
int connectTo(quint16 port); // on the loopback
void sendAll(int descriptor, const QByteArray &bytes);
bool readSome(int descriptor, QByteArray &into); // appends what has come; false when the other side has closed
// Upgrades, subscribes to `project` and asks for JSON.
int openDashboard(quint16 port, const QByteArray &project = "default");
// The number that follows the last `key` in `text`, or -1.
qint64 numberAfter(const QByteArray &text, const char *key);
// The newest total in what a dashboard has received, or -1; keeps what may be the start of the next. Totals only grow,
// and a delta carries them in one short piece: it is enough to look for that.
qint64 takeTotal(QByteArray &received);

} // namespace entvas::bench
