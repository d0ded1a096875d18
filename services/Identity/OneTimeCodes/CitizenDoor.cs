using EServices.Identity.Accounts;
using EServices.Identity.Guard;
using EServices.Platform.Packs;
using EServices.Platform.Storage;
using EServices.Platform.Time;

namespace EServices.Identity.OneTimeCodes;

/// <param name="Wait">Above zero: nothing was sent, come again after it.</param>
internal sealed record CodeSent(TimeSpan Wait, DateTimeOffset ExpiresAt, DateTimeOffset NextAt);

/// <param name="Citizen">Who signed in; null unless the code was right.</param>
internal sealed record CodeTried(CodeOutcome Outcome, Citizen? Citizen, TimeSpan Wait);

/// <summary>Where citizens show that they hold a mobile number, on the pages and by the OTP grant alike.</summary>
internal sealed class CitizenDoor(
    DocumentStore<OneTimeCode> codes, DocumentStore<Citizen> citizens, Throttle throttle, StatePack pack, Ids ids, IChance chance, TimeProvider time)
{
    // Mobile networks put thousands of people behind one address, so an address may ask for many codes before it is slowed, and never for long.
    private static readonly BackOff Asking = new(30, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
    private static readonly BackOff Guessing = new(50, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));

    /// <summary>The pack's language nearest to what was asked for, else its first.</summary>
    public string LanguageOf(string? asked) =>
        pack.About.Languages.FirstOrDefault(language => asked is not null && asked.Split('-')[0].Equals(language.Tag, StringComparison.OrdinalIgnoreCase))?.Tag
        ?? pack.About.Languages[0].Tag;

    /// <param name="mobile">In E.164.</param>
    public async Task<CodeSent> SendAsync(string mobile, string? language, string address, CancellationToken cancellationToken)
    {
        var wait = await throttle.TakeAsync("code-address", address, Asking, cancellationToken);
        if (wait > TimeSpan.Zero)
            return new CodeSent(wait, default, default);
        var salt = new byte[16];
        chance.Fill(salt);
        var digits = chance.Digits(OneTimeCode.Digits);
        var code = await codes.FindAsync(OneTimeCode.IdOf(mobile), cancellationToken) ?? new OneTimeCode(mobile);
        wait = code.Issue(digits, salt, LanguageOf(language), time.GetUtcNow());
        if (wait > TimeSpan.Zero)
            return new CodeSent(wait, default, default);
        try
        {
            await codes.SaveAsync(code, cancellationToken);
        }
        catch (StorageException beaten) when (beaten is ConflictException or DuplicateKeyException)
        {
            // Someone asked for the same number at the same moment; their code is on its way.
            return new CodeSent(TimeSpan.FromSeconds(1), default, default);
        }
        return new CodeSent(TimeSpan.Zero, code.ExpiresAt, code.NextAt);
    }

    /// <summary>Tries a code; the first time one is right, the citizen's account is made.</summary>
    public async Task<CodeTried> TryAsync(string mobile, string digits, string? language, string address, CancellationToken cancellationToken)
    {
        var wait = await throttle.TakeAsync("code-guess", address, Guessing, cancellationToken);
        if (wait > TimeSpan.Zero)
            return new CodeTried(CodeOutcome.None, null, wait);
        var now = time.GetUtcNow();
        CodeOutcome outcome;
        try
        {
            outcome = await codes.UpdateAsync(OneTimeCode.IdOf(mobile), code => code.Try(digits, now), cancellationToken);
        }
        catch (StorageException none) when (none is DocumentNotFoundException or ConflictException)
        {
            outcome = CodeOutcome.None;
        }
        if (outcome != CodeOutcome.Right)
            return new CodeTried(outcome, null, TimeSpan.Zero);
        await throttle.GiveBackAsync("code-guess", address, Guessing, cancellationToken);
        return new CodeTried(outcome, await AccountAsync(mobile, language, now, cancellationToken), TimeSpan.Zero);
    }

    private async Task<Citizen> AccountAsync(string mobile, string? language, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await citizens.FirstAsync(Citizen.ByMobile.Where(mobile), cancellationToken) is not { } known)
        {
            var citizen = new Citizen(ids.New("cit"), mobile, LanguageOf(language), now);
            try
            {
                await citizens.SaveAsync(citizen, cancellationToken);
                return citizen;
            }
            catch (DuplicateKeyException)
            {
                known = await citizens.FirstAsync(Citizen.ByMobile.Where(mobile), cancellationToken)
                    ?? throw new InvalidOperationException("An account that is in the way can't be found.");
            }
        }
        return await citizens.UpdateAsync(known.Id, citizen =>
        {
            citizen.SignedIn(now);
            return citizen;
        }, cancellationToken);
    }
}
