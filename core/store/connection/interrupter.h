#pragma once

#include <mutex>
#include <QSqlDatabase>

namespace entvas {

// Ends, from another thread, what a connection is in the middle of. A database that is frozen, or a network that
// swallows everything, ends no call by itself, and a search through a large file none for minutes. Made once per
// connection of Qt's, by the thread that uses it.
class Interrupter
{
public:
    Interrupter() = default;
    ~Interrupter() { detach(); }
    Q_DISABLE_COPY_MOVE(Interrupter)

    // As soon as `database` is open, and before it is closed.
    void attach(const QSqlDatabase &database);
    void detach();
    // From any thread. SQLite: the statement that runs fails, if one does. PostgreSQL: the connection is cut, and
    // whatever is asked over it fails. Nothing happens while it is not attached.
    void interrupt();

private:
    std::mutex m_mutex;
    void *m_sqlite = nullptr; // a sqlite3*
    int m_socket = -1;        // ours: it stays the connection's, whoever closes theirs meanwhile
};

} // namespace entvas
