#pragma once

#include "app/feed/eventpages.h"
#include "app/feed/rejectedevent.h"

#include <QThreadPool>

namespace entvas {

// The last rejected events of a project: GET /rejections, of which only what is new is asked for. One question at a
// time; answers are decoded in a thread of its own. Lives in the UI thread.
class RejectedPages : public QObject
{
    Q_OBJECT
public:
    static constexpr qint64 kMaxAnswerBytes = 16 * 1024 * 1024;

    explicit RejectedPages(EventPagesOptions options, QObject *parent = nullptr);
    ~RejectedPages() override;

    void ask();                                                      // while one is on its way: once more after it
    void setProject(const QString &project);                         // forgets what is known where it is another one
    void setToken(const QString &token) { m_options.token = token; } // of the next question on
    const QString &project() const { return m_options.project; }
    bool isBusy() const { return m_client.isBusy() || m_isDecoding; }

Q_SIGNALS:
    void arrived(const entvas::RejectedAnswer &answer);
    void failed(const QString &reason); // a sentence; asking again is possible

private:
    void send();
    void stop();
    void onAnswer(const RestAnswer &answer);
    QString troubleOf(const RestAnswer &answer) const;
    void onDecoded(int question, const Result<RejectedAnswer> &answer);
    void fail(const QString &reason);

    EventPagesOptions m_options;
    RestClient m_client;
    QThreadPool m_decoder;
    QString m_epoch; // of the server whose events are known up to m_total; empty = nothing is known
    qint64 m_total = 0;
    int m_question = 0; // answers to earlier ones are dropped
    bool m_isDecoding = false;
    bool m_again = false;
};

} // namespace entvas
