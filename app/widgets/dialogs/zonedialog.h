#pragma once

#include <QDialog>
#include <QTimeZone>

class QLineEdit;
class QListWidget;

namespace entvas {

// Asks for a time zone, by any part of its name: "paris", "new york", "utc+5".
class ZoneDialog : public QDialog
{
    Q_OBJECT
public:
    ZoneDialog(const QTimeZone &current, qint64 nowMs, QWidget *parent = nullptr);
    QTimeZone zone() const; // as it was chosen

protected:
    bool eventFilter(QObject *object, QEvent *event) override;

private:
    void fill(const QString &wanted);

    struct Entry {
        QByteArray id;
        QString text;   // as it is listed
        QString search; // what is looked through
    };
    QTimeZone m_current;
    QList<Entry> m_entries;
    QLineEdit *m_search;
    QListWidget *m_list;
};

} // namespace entvas
