#pragma once

#include <mutex>
#include <QSqlDatabase>

namespace entvas {

// Ends, from another thread, what a connection is in the middle of. A database that is frozen, or a network that
// swallows everything, ends no call by itself, and a search through a large file none for minutes. One per connection,
// made by the thread that uses it.
class Interrupter
{
public:
    Interrupter();
    ~Interrupter();
    Q_DISABLE_COPY_MOVE(Interrupter)

    // While this lives interrupt() makes fd() readable: for waits that are not of the database's driver.
    class Wait
    {
    public:
        explicit Wait(Interrupter &interrupter);
        ~Wait();
        Q_DISABLE_COPY_MOVE(Wait)
        int fd() const { return m_interrupter.m_wake; }

    private:
        Interrupter &m_interrupter;
    };

    // As soon as `database` is open, and before it is closed.
    void attach(const QSqlDatabase &database);
    void detach();
    // From any thread. SQLite: the statement that runs fails, if one does. PostgreSQL: the connection is cut, and
    // what is asked over it fails. Nothing happens while it is not attached, but to a Wait.
    void interrupt();

private:
    std::mutex m_mutex;
    int m_wake; // an eventfd
    bool m_isWaiting = false;
    void *m_sqlite = nullptr; // a sqlite3*
    int m_socket = -1;        // a duplicate: it stays the connection's when libpq closes its own
};

} // namespace entvas
