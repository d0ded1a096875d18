using System.Buffers.Binary;

namespace EServices.Platform.Time;

/// <summary>
/// Makes identifiers: a prefix that says what it names, 48 bits of milliseconds and 80 random bits in Crockford's base 32 (a ULID), e.g.
/// <c>bil_01J9ZC4V9S5X0J6Q2W8N3T7YBD</c>. Later ids sort after earlier ones, so they page well and keep index inserts at the right-hand edge.
/// </summary>
public sealed class Ids(TimeProvider time, IChance chance)
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    public string New(string prefix)
    {
        Span<byte> bits = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bits, time.GetUtcNow().ToUnixTimeMilliseconds() << 16);
        chance.Fill(bits[6..]);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bits);
        Span<char> text = stackalloc char[26];
        for (var place = 25; place >= 0; place--)
        {
            text[place] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
        return $"{prefix}_{text}";
    }
}
