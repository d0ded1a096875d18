using EServices.Identity.Passwords;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;
using EServices.Platform.Web;

namespace EServices.Identity.Staff;

/// <summary>Where the first administrator's secret is told. Standard output and not the log: logs are kept and sent on.</summary>
internal sealed record Announcements(TextWriter Out);

/// <summary>Accounts that exist from the first start: the pack's people, who can't sign in before a secret is issued to them, and one administrator to issue it.</summary>
internal sealed class StaffSeed(
    StatePack pack, DocumentStore<StaffMember> store, PasswordHasher hasher, Announcements announcements, IConfiguration configuration,
    Ids ids, IChance chance, TimeProvider time)
{
    private const int AtOnce = 64;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        var isFirstStart = await store.FirstAsync(StaffMember.ByEmail.All, cancellationToken) is null;
        var secret = isFirstStart ? OneTimeSecret.New(chance) : null;
        if (secret is not null)
            await MakeFirstAdministratorAsync(secret, cancellationToken);

        // Accounts that are there are left alone: an administrator may have changed them since.
        foreach (var group in People().Chunk(AtOnce))
            await Task.WhenAll(group.Select(person => AddAsync(person, cancellationToken)));
    }

    private async Task MakeFirstAdministratorAsync(string secret, CancellationToken cancellationToken)
    {
        var email = OfficialMail.Normalise(configuration["Identity:FirstAdministrator"] ?? $"administrator@{pack.About.Mail.Official[0]}");
        var first = new StaffMember(ids.New("stf"), email, "Administrator", [Roles.Administrator], null, time.GetUtcNow());
        first.IssueSecret(await hasher.HashAsync(secret, cancellationToken), expiresAt: null);
        try
        {
            await store.SaveAsync(first, cancellationToken);
        }
        catch (DuplicateKeyException)
        {
            // Another instance starts on the same store and tells its own.
            return;
        }
        await announcements.Out.WriteLineAsync($"First administrator {email} one-time secret: {secret}");
        await announcements.Out.FlushAsync(cancellationToken);
    }

    private IEnumerable<StaffMember> People()
    {
        var now = time.GetUtcNow();
        return pack.Staff
            .Select(person => new StaffMember(ids.New("stf"), person.Email, person.Name, person.Roles, person.Territory.ToString(), now))
            .Concat(pack.Operators.Select(person => new StaffMember(
                ids.New("stf"), person.StaffEmail, person.Name, [Roles.Operator], new Territory(Level.Tehsil, person.HomeTehsil).ToString(), now)));
    }

    private async Task AddAsync(StaffMember person, CancellationToken cancellationToken)
    {
        if (await store.FirstAsync(StaffMember.ByEmail.Where(person.Email), cancellationToken) is not null)
            return;
        try
        {
            await store.SaveAsync(person, cancellationToken);
        }
        catch (DuplicateKeyException)
        {
            // Another instance was faster.
        }
    }
}
