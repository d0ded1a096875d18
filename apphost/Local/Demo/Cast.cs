using System.Text.Json.Nodes;

namespace EServices.Local.Demo;

/// <summary>Who plays whom: staff that the sandbox offers, found by what they may do and where. No name is known here.</summary>
internal sealed class Cast(JourneyClient client, HttpClient gateway)
{
    private readonly Dictionary<string, string> passwords = [];

    /// <summary>Some account with a role; of the officers, the one who answers for a place.</summary>
    public async Task<string> FindAsync(string role, Func<JsonObject, bool>? which = null)
    {
        var people = (await client.GetAsync($"/sandbox/staff?role={role}"))["items"]!.AsArray().Select(person => person!.AsObject());
        return (string?)people.FirstOrDefault(which ?? (_ => true))?["email"] ?? throw new InvalidOperationException($"The sandbox has no {role} for this.");
    }

    /// <summary>An address where an operator is at home and a tehsil's officer answers, as the state's geography has it.</summary>
    public async Task<JsonObject> AddressAsync(string helpline)
    {
        var operators = (await client.GetAsync("/api/v1/operators?limit=100", helpline))["items"]!.AsArray().Select(person => person!.AsObject()).ToList();
        var districts = (await client.GetAsync("/api/v1/geography/districts"))["items"]!.AsArray().Select(district => district!.AsObject()).ToList();
        var home = operators[0];
        var code = (string)home["districts"]![0]!;
        var pincode = (string)districts.First(district => (string?)district["code"] == code)["pincodes"]![0]!;
        return new JsonObject
        {
            ["line"] = "House 12, Main Street",
            ["districtCode"] = code,
            ["tehsilCode"] = (string)home["homeTehsil"]!,
            // A district may tell only how its pincodes begin.
            ["pincode"] = pincode.PadRight(5, '0').PadRight(6, '1'),
        };
    }

    /// <summary>An access token, by the sign-in page as in a browser. The account's first secret comes from the sandbox, its password is made up here.</summary>
    public async Task<string> TokenAsync(string email)
    {
        if (!passwords.TryGetValue(email, out var password))
        {
            var secret = (string)(await client.PostAsync($"/sandbox/staff/{Uri.EscapeDataString(email)}/secret", null, null))["oneTimeSecret"]!;
            password = $"Wular-{Guid.NewGuid():N}";
            await client.PostAsync("/api/v1/identity/password", null, new JsonObject { ["email"] = email, ["secret"] = secret, ["newPassword"] = password });
            passwords[email] = password;
        }
        return await JourneyClient.PatientlyAsync(() => SignIn.StaffAsync(gateway, email, password));
    }
}
