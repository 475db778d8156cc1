#pragma once

#include "app/board/alerts.h"

#include <QTimer>

namespace entvas {

class Board;

// Watches a window's counts: words for its banner, and signals for whoever tells the person. Rules are kept by server
// and project.
class AlertCenter : public QObject
{
    Q_OBJECT
public:
    explicit AlertCenter(Board &board, QObject *parent = nullptr);

    void setServer(const QString &name); // whose rules these are; empty = none is chosen
    const QString &server() const { return m_server; }
    void reload(); // another window changed the rules
    AlertWatch &watch() { return m_watch; }
    void setRules(const QList<AlertRule> &rules); // and keeps them
    // What lasts, for people: the names, and what the first one is about. Empty: nothing.
    QString headline() const;
    QString text() const;
    void snoozeLasting();    // for an hour
    QString numbers() const; // of this moment, in one line
    bool isLive() const;

Q_SIGNALS:
    void changed();                                          // headline() or text()
    void told(const QString &headline, const QString &text); // one begins, or is told again
    void rulesChanged();
    void snoozed(const QString &rule, qint64 untilMs);

private:
    void look();
    void save();
    QString key() const;

    Board &m_board;
    AlertWatch m_watch;
    QString m_server;
    QTimer m_second;
};

} // namespace entvas
