#include "core/store/events/storewriter.h"

#include "core/store/events/writer/writerloop.h"

namespace entvas {

namespace {

constexpr std::chrono::milliseconds kWatchEvery{250};
constexpr std::chrono::milliseconds kEndsBySelf{500}; // a call to the database, past the deadline of stop()

} // namespace

StoreWriter::StoreWriter(StoreFactory factory, const Limits &limits, QObject *parent)
    : StoreWriter(std::move(factory), limits, {}, parent)
{
}

StoreWriter::StoreWriter(StoreFactory factory, const Limits &limits, const Upkeep &upkeep, QObject *parent)
    : QObject(parent),
      m_queue(limits),
      m_loop(std::make_unique<WriterLoop>(*this, m_queue, m_calls, std::move(factory), upkeep))
{
    m_watch.setParent(this);
    connect(&m_watch, &QTimer::timeout, this, [this] { m_loop->lookForStall(); });
}

StoreWriter::~StoreWriter()
{
    if (!stop())
        while (!m_queue.waitForEnd(std::chrono::steady_clock::now() + kEndsBySelf))
            m_calls.interrupt();
    if (m_thread.joinable())
        m_thread.join();
}

void StoreWriter::start()
{
    if (m_thread.joinable())
        return;
    m_queue.begin();
    m_watch.start(kWatchEvery);
    m_thread = std::thread([this] { m_loop->run(); });
}

bool StoreWriter::stop(int ms)
{
    m_queue.stop(ms);
    if (!m_queue.waitForEnd())
        return false;
    if (m_thread.joinable())
        m_thread.join();
    return true;
}

bool StoreWriter::push(AppendJob job)
{
    return m_queue.push(std::move(job));
}

bool StoreWriter::isAvailable() const
{
    return m_queue.isOpen();
}

qint64 StoreWriter::queuedEvents() const
{
    return m_queue.events();
}

StoreWriter::Stats StoreWriter::stats() const
{
    Stats stats = m_loop->numbers().stats();
    m_queue.fill(stats);
    return stats;
}

bool StoreWriter::isStalled() const
{
    return m_queue.isStalled();
}

bool StoreWriter::hasEnded() const
{
    return m_queue.hasEnded();
}

} // namespace entvas
