using System.Net;
using System.Security.Cryptography;
using System.Text;
using EServices.Platform.Storage;

namespace EServices.Identity.Guard;

/// <summary>
/// Slows guessing down without letting anyone lock another person out (PW7). What is counted is kept under hashes: neither addresses nor
/// names of accounts can be read from it.
/// </summary>
internal sealed class Throttle(DocumentStore<Attempts> store, TimeProvider time)
{
    private const int Races = 6;

    /// <summary>Zero when the attempt may be made (it is counted), else how long to wait.</summary>
    public async Task<TimeSpan> TakeAsync(string kind, string key, BackOff backOff, CancellationToken cancellationToken)
    {
        var id = IdOf(kind, key);
        for (var race = 0; race < Races; race++)
        {
            var attempts = await store.FindAsync(id, cancellationToken) ?? new Attempts(id);
            var wait = attempts.Take(backOff, time.GetUtcNow());
            if (wait > TimeSpan.Zero)
                return wait;
            try
            {
                await store.SaveAsync(attempts, cancellationToken);
                return TimeSpan.Zero;
            }
            catch (StorageException beaten) when (beaten is ConflictException or DuplicateKeyException)
            {
                // Another attempt was counted at the same time.
            }
        }
        // Whoever makes so many attempts at once can wait.
        return TimeSpan.FromSeconds(1);
    }

    public Task GiveBackAsync(string kind, string key, BackOff backOff, CancellationToken cancellationToken) =>
        ChangeAsync(kind, key, attempts => attempts.GiveBack(backOff), cancellationToken);

    public Task ForgetAsync(string kind, string key, CancellationToken cancellationToken) =>
        ChangeAsync(kind, key, attempts => attempts.Forget(), cancellationToken);

    /// <summary>The network an address belongs to: a household has a /64 of IPv6 to choose from, which must not be as many guesses.</summary>
    public static string AddressOf(HttpContext http)
    {
        var address = http.Connection.RemoteIpAddress ?? IPAddress.Loopback;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.GetAddressBytes() is { Length: 16 } bytes ? Convert.ToHexStringLower(bytes.AsSpan(0, 8)) : address.ToString();
    }

    private async Task ChangeAsync(string kind, string key, Action<Attempts> change, CancellationToken cancellationToken)
    {
        try
        {
            await store.UpdateAsync(IdOf(kind, key), attempts =>
            {
                change(attempts);
                return true;
            }, cancellationToken);
        }
        catch (StorageException lost) when (lost is ConflictException or DocumentNotFoundException)
        {
            // At worst someone waits a little longer than they need to.
        }
    }

    private static string IdOf(string kind, string key) => $"att_{kind}_{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{key}")))}";
}
