#include "core/store/connection/interrupter.h"

#include <atomic>
#include <dlfcn.h>
#include <fcntl.h>
#include <QLibrary>
#include <QSqlDriver>
#include <QSqlQuery>
#include <QVariant>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace Qt::StringLiterals;

namespace entvas {

namespace {

using Interrupt = void (*)(void *sqlite);

// Of the very library that Qt's driver uses: one that Qt was built with has no functions for others to call, and must
// not be taken for the system's.
Interrupt sqliteInterrupt(const QSqlDatabase &database)
{
    static const auto library = dlopen("libsqlite3.so.0", RTLD_NOLOAD | RTLD_LAZY);
    if (!library)
        return nullptr;
    const auto call = reinterpret_cast<Interrupt>(dlsym(library, "sqlite3_interrupt"));
    const auto sourceId = reinterpret_cast<const char *(*)()>(dlsym(library, "sqlite3_sourceid"));
    QSqlQuery query(database);
    const bool isSame = sourceId && query.exec(u"SELECT sqlite_source_id()"_s) && query.next() &&
                        query.value(0).toString() == QString::fromUtf8(sourceId());
    return isSame ? call : nullptr;
}

void *handleOf(const QSqlDatabase &database, const char *type)
{
    const QVariant handle = database.driver()->handle();
    return QByteArrayView(handle.typeName()).endsWith(type) ? *static_cast<void *const *>(handle.constData()) : nullptr;
}

std::atomic<Interrupt> theSqliteInterrupt = nullptr; // once it is known

} // namespace

Interrupter::Interrupter() : m_wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

Interrupter::~Interrupter()
{
    detach();
    if (m_wake >= 0)
        ::close(m_wake);
}

Interrupter::Wait::Wait(Interrupter &interrupter) : m_interrupter(interrupter)
{
    const std::lock_guard lock(m_interrupter.m_mutex);
    eventfd_t past = 0;
    (void)eventfd_read(m_interrupter.m_wake, &past);
    m_interrupter.m_isWaiting = true;
}

Interrupter::Wait::~Wait()
{
    const std::lock_guard lock(m_interrupter.m_mutex);
    m_interrupter.m_isWaiting = false;
}

void Interrupter::attach(const QSqlDatabase &database)
{
    using SocketOf = int (*)(const void *connection);
    static const auto socketOf = reinterpret_cast<SocketOf>(QLibrary::resolve(u"pq"_s, 5, "PQsocket"));
    void *sqlite = handleOf(database, "sqlite3*");
    void *postgres = handleOf(database, "conn*"); // a PGconn*, which libpq itself calls pg_conn
    if (sqlite && !theSqliteInterrupt)
        theSqliteInterrupt = sqliteInterrupt(database);
    const int socket = postgres && socketOf ? socketOf(postgres) : -1;
    detach();
    const std::lock_guard lock(m_mutex);
    m_sqlite = sqlite;
    m_socket = socket < 0 ? -1 : fcntl(socket, F_DUPFD_CLOEXEC, 0);
}

void Interrupter::detach()
{
    const std::lock_guard lock(m_mutex);
    m_sqlite = nullptr;
    if (m_socket >= 0)
        ::close(m_socket);
    m_socket = -1;
}

void Interrupter::interrupt()
{
    const std::lock_guard lock(m_mutex);
    if (const Interrupt call = theSqliteInterrupt; m_sqlite && call)
        call(m_sqlite);
    if (m_socket >= 0)
        ::shutdown(m_socket, SHUT_RDWR);
    if (m_isWaiting)
        (void)eventfd_write(m_wake, 1);
}

} // namespace entvas
