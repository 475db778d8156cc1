#pragma once

#include "app/feed/eventpages.h"

#include <functional>
#include <QElapsedTimer>
#include <QSaveFile>

namespace entvas {

// Writes all stored events of a span to a file, newest first, as the server sends them: GET /export/…. Any number of
// them in the memory of a piece; a server that is faster than the disk waits. The file appears, or replaces an older
// one, only when it is whole. Lives in the UI thread.
class RawExport : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kPieceBytes = 256 * 1024; // read from the network before it waits
    static constexpr int kProgressMs = 100;           // between two words about it

    enum class Format { Csv, Ndjson };

    RawExport(EventPagesOptions options, const QString &path, Format format, QObject *parent = nullptr);
    ~RawExport() override;

    // The server leaves out what is not of the choice, and `passes` what it can't judge itself; nullptr = nothing.
    using Passes = std::function<bool(const wire::TailEvent &event)>;
    void start(const TimeSpan &span, const EventChoice &choice = {}, Passes passes = {});
    void cancel();                               // nothing is left behind; no signal comes after it
    qint64 written() const { return m_written; } // events

Q_SIGNALS:
    void progressed(qint64 events);
    void finished(qint64 events);
    void failed(const QString &reason); // a sentence; nothing is left behind

private:
    void onReadyRead();
    void onFinished();
    bool takePiece(); // false: it has failed, or was cancelled
    bool write(const QByteArray &lines);
    bool takeLines(const QByteArray &piece); // false: one was none of an export
    void fail(const QString &reason);
    QString answerFailure(int status, const QByteArray &body) const;

    EventPagesOptions m_options;
    Format m_format;
    RestClient m_client;
    QPointer<QNetworkReply> m_reply;
    QSaveFile m_file;
    Passes m_passes;
    QByteArray m_rest; // of a line that has not come whole; only with m_passes
    bool m_isHeadDone = false;
    qint64 m_lines = 0;
    qint64 m_written = 0;
    QElapsedTimer m_sinceWord;
};

} // namespace entvas
