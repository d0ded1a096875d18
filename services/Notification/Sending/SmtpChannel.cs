using EServices.Notification.Messages;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Text;

namespace EServices.Notification.Sending;

/// <summary><c>Smtp:*</c>. Used when <c>Smtp:Host</c> is set.</summary>
internal sealed record SmtpSettings
{
    public string Host { get; init; } = "";

    public int Port { get; init; } = 587;

    /// <summary>How the connection is secured: <c>None</c>, <c>Auto</c>, <c>SslOnConnect</c>, <c>StartTls</c> or <c>StartTlsWhenAvailable</c>.</summary>
    public SecureSocketOptions Security { get; init; } = SecureSocketOptions.StartTls;

    public string? User { get; init; }

    public string? Password { get; init; }

    public string From { get; init; } = "eservices@localhost";

    public string FromName { get; init; } = "EServices";

    /// <summary>The address of a mobile number at a mail-to-SMS gateway: <c>{mobile}</c> is E.164 without the plus, <c>{national}</c> its last ten digits.</summary>
    public string AddressTemplate { get; init; } = "{mobile}@sms.example";

    public double TimeoutSeconds { get; init; } = 10;

    public string AddressOf(string mobile) => AddressTemplate
        .Replace("{mobile}", mobile.TrimStart('+'), StringComparison.Ordinal)
        .Replace("{national}", mobile[^Math.Min(10, mobile.Length)..], StringComparison.Ordinal);
}

/// <summary>Mail by SMTP, over one connection that is kept while there is something to send.</summary>
internal sealed class SmtpChannel(SmtpSettings settings) : IMessageChannel, IDisposable
{
    private readonly SemaphoreSlim one = new(1, 1);
    private SmtpClient? client;

    public string Name => "email";

    public async Task SendAsync(Message message, CancellationToken cancellationToken)
    {
        using var mail = Write(message);
        await one.WaitAsync(cancellationToken);
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(TimeSpan.FromSeconds(settings.TimeoutSeconds));
            try
            {
                await SendAsync(mail, deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Drop();
                throw new TimeoutException($"{settings.Host}:{settings.Port} did not take the message within {settings.TimeoutSeconds:0.#} s.");
            }
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose()
    {
        Drop();
        one.Dispose();
    }

    private async Task SendAsync(MimeMessage mail, CancellationToken cancellationToken)
    {
        var kept = client is { IsConnected: true };
        try
        {
            await (await ConnectedAsync(cancellationToken)).SendAsync(mail, cancellationToken);
        }
        catch (SmtpCommandException refused)
        {
            // The connection is in order; the server said no. Codes from 500 on are meant for good.
            if ((int)refused.StatusCode >= 500)
                throw new UndeliverableException($"The mail server refuses it: {(int)refused.StatusCode}.", refused);
            throw;
        }
        catch (Exception broken) when (kept && broken is IOException or ServiceNotConnectedException or SmtpProtocolException)
        {
            // A kept connection that the server closed meanwhile shows only now. Sent twice it would bear the same Message-Id.
            Drop();
            await (await ConnectedAsync(cancellationToken)).SendAsync(mail, cancellationToken);
        }
        catch
        {
            Drop();
            throw;
        }
    }

    private async Task<SmtpClient> ConnectedAsync(CancellationToken cancellationToken)
    {
        if (client is { IsConnected: true } kept)
            return kept;
        Drop();
        // Each send has its deadline; MailKit's own, for each read and write, is only to stand behind it.
        client = new SmtpClient { Timeout = (int)TimeSpan.FromSeconds(settings.TimeoutSeconds * 2).TotalMilliseconds };
        await client.ConnectAsync(settings.Host, settings.Port, settings.Security, cancellationToken);
        if (!string.IsNullOrEmpty(settings.User))
            await client.AuthenticateAsync(settings.User, settings.Password ?? "", cancellationToken);
        return client;
    }

    private void Drop()
    {
        client?.Dispose();
        client = null;
    }

    private MimeMessage Write(Message message)
    {
        var from = new MailboxAddress(settings.FromName, settings.From);
        var mail = new MimeMessage
        {
            MessageId = $"{message.Id}@{from.Domain}",
            Subject = message.Subject,
            Date = message.RaisedAt,
            Body = new TextPart(TextFormat.Plain) { Text = message.Text },
        };
        mail.From.Add(from);
        mail.To.Add(MailboxAddress.Parse(settings.AddressOf(message.To)));
        mail.Headers.Add(HeaderId.ContentLanguage, message.Language);
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
