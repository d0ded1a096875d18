using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;

namespace EServices.Identity.Front;

/// <summary>What one page hands to the next through the browser, sealed: whom it is about, and until when.</summary>
internal sealed record Ticket(string Purpose, string Subject, int Generation, DateTimeOffset ExpiresAt);

internal sealed class Tickets(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Code = "code";
    public const string Password = "password";

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly IDataProtector protector = protection.CreateProtector("EServices.Identity.Tickets");

    public string Seal(string purpose, string subject, int generation) =>
        protector.Protect(JsonSerializer.Serialize(new Ticket(purpose, subject, generation, time.GetUtcNow() + Life)));

    /// <summary>Null when it was not sealed here, for something else, or has ended.</summary>
    public Ticket? Open(string purpose, string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        try
        {
            var ticket = JsonSerializer.Deserialize<Ticket>(protector.Unprotect(text));
            return ticket is not null && ticket.Purpose == purpose && time.GetUtcNow() < ticket.ExpiresAt ? ticket : null;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}
