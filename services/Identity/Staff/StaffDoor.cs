using EServices.Identity.Guard;
using EServices.Identity.Passwords;
using EServices.Platform;
using EServices.Platform.Storage;

namespace EServices.Identity.Staff;

internal enum Knock
{
    /// <summary>Unknown, disabled, without a secret, or the wrong one: never told apart.</summary>
    Refused,

    Accepted,

    /// <summary>A one-time secret: right, but all it can do is to set a password.</summary>
    MustChange,

    /// <summary>Too many attempts; <see cref="Answer.Wait"/> says how long to wait.</summary>
    Later,
}

internal sealed record Answer(Knock Knock, StaffMember? Member, TimeSpan Wait);

/// <summary>Where staff show their password, on the pages and in the API alike.</summary>
internal sealed class StaffDoor(
    DocumentStore<StaffMember> staff, PasswordHasher hasher, PasswordRules rules, Throttle throttle, TimeProvider time)
{
    // At the account from one address: what a person mistypes. From an address: an office behind one router has many people.
    // At the account from anywhere it never signed in from: what a distributed guesser meets, and its owner at the usual desk does not.
    private static readonly BackOff Pair = new(5, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1));
    private static readonly BackOff Address = new(50, TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15));
    private static readonly BackOff Strangers = new(20, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15), TimeSpan.FromHours(1));

    public async Task<Answer> KnockAsync(string? givenEmail, string? password, string address, CancellationToken cancellationToken)
    {
        var email = OfficialMail.Normalise(givenEmail);
        if (email.Length is 0 or > 320 || string.IsNullOrEmpty(password) || password.Length > 4 * PasswordRules.Longest)
            return new Answer(Knock.Refused, null, TimeSpan.Zero);

        var member = await staff.FirstAsync(StaffMember.ByEmail.Where(email), cancellationToken);
        var isStranger = member?.Knows(address) != true;
        var wait = await throttle.TakeAsync("password-address", address, Address, cancellationToken);
        if (wait == TimeSpan.Zero)
            wait = await throttle.TakeAsync("password-pair", $"{email}\n{address}", Pair, cancellationToken);
        if (wait == TimeSpan.Zero && isStranger)
            wait = await throttle.TakeAsync("password-strangers", email, Strangers, cancellationToken);
        if (wait > TimeSpan.Zero)
            return new Answer(Knock.Later, null, wait);

        var now = time.GetUtcNow();
        var verdict = await hasher.VerifyAsync(password, member?.HasUsableSecret(now) == true ? member.SecretHash : null, cancellationToken);
        if (verdict == Verdict.Wrong || member is null)
            return new Answer(Knock.Refused, null, TimeSpan.Zero);

        await throttle.GiveBackAsync("password-address", address, Address, cancellationToken);
        await throttle.ForgetAsync("password-pair", $"{email}\n{address}", cancellationToken);
        if (isStranger)
            await throttle.GiveBackAsync("password-strangers", email, Strangers, cancellationToken);
        if (member.SecretKind == SecretKind.OneTime)
            return new Answer(Knock.MustChange, member, TimeSpan.Zero);

        var outdated = verdict == Verdict.RightButOutdated ? await hasher.HashAsync(password, cancellationToken) : null;
        var was = member.SecretHash;
        await staff.UpdateAsync(member.Id, current =>
        {
            current.SignedIn(now, address);
            if (outdated is not null && current.SecretHash == was)
                current.Rehash(outdated);
            return true;
        }, cancellationToken);
        return new Answer(Knock.Accepted, member, TimeSpan.Zero);
    }

    /// <summary>What is wrong with a new password for this account.</summary>
    public async Task<IReadOnlyList<FieldError>> CheckAsync(StaffMember member, string? newPassword, string pointer, CancellationToken cancellationToken)
    {
        var errors = rules.Check(newPassword, pointer, member.Name, member.Email);
        return errors.Count == 0 && await hasher.VerifyAsync(newPassword!, member.SecretHash, cancellationToken) != Verdict.Wrong
            ? [new FieldError(pointer, "same", "It has to differ from the one before.")]
            : errors;
    }

    /// <summary>Sets the password of an account as it was when its secret was checked; false when the secret was used up or replaced since.</summary>
    public async Task<bool> SetPasswordAsync(StaffMember checkedMember, string newPassword, CancellationToken cancellationToken)
    {
        var hash = await hasher.HashAsync(newPassword, cancellationToken);
        return await staff.UpdateAsync(checkedMember.Id, current =>
        {
            if (current.Disabled || current.Generation != checkedMember.Generation)
                return false;
            current.SetPassword(hash);
            return true;
        }, cancellationToken);
    }
}
